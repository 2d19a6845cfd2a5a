using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Formats.Senml;

/// <summary>Reads SenML packs (RFC 8428 §4–§6), a sample a record with a number or a boolean.</summary>
/// <remarks>
/// Base fields hold until another of them comes. A time below 2^28 is relative to arrival. A pack of a later version than 10, or with a
/// field that must be understood (its name ends in <c>_</c>), is refused as a whole. Texts and data are passed over; a sum is the value of
/// a record that has no value.
/// </remarks>
sealed class SenmlReader : FormatReader
{
    const int Value = 0, Name = 1, Time = 2, Base = 3, Unit = 4;
    const long RelativeNs = (1L << 28) * 1_000_000_000;

    readonly JsonDocumentParser _json = new();
    readonly BinaryDocumentParser<CborItems> _cbor = new();
    readonly Document _document = new();
    readonly bool _namesBase;
    byte[] _own = new byte[256];
    int _baseNameLength;
    int _record;
    bool _isCbor;
    PayloadValue _baseUnit;
    double _baseValue;
    double _baseSum;
    long _baseTimeNs;

    /// <summary>A reader for checked settings.</summary>
    public SenmlReader(SenmlFormatSettings settings)
    {
        _namesBase = settings.BaseLabel is not null;
        var labels = new List<LabelPlace> { new(LabelSet.Metric, "n", Name) };
        if (settings.BaseLabel is { } name) labels.Add(new(name, "bn", Base, Optional: true));
        if (settings.UnitLabel is { } unit) labels.Add(new(unit, "u", Unit, Optional: true));
        Layout = new SampleLayout
        {
            Fields = [new(new() { Path = "v" }, Value)],
            Time = new(new() { Path = "t", Unit = TimeUnit.Seconds }, Time, UnitKey: null), Labels = labels,
        };
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; } = new PayloadValue[5];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> OwnText => _own;

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => _isCbor ? _cbor.Unescape(text, target)
        : _json.Unescape(text, target);

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore && !TryPack(payload, ref cursor)) return false;
        while (_record >= 0)
        {
            var record = _record;
            _record = _document.NextIn(0, record);
            var failure = TryRecord(payload, record, cursor.ArrivalNs);
            cursor.HasMore = _record >= 0;
            if (failure == BadReason.None) return true;
            if (failure != BadReason.NotAsked) return cursor.Fail(failure, "n");
        }

        return cursor.HasMore = false;
    }

    bool TryPack(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        var at = 0;
        _isCbor = payload.Length > 0 && payload[0] is >= 0x80 and <= 0x9F;
        DocumentParser parser = _isCbor ? _cbor : _json;
        if (!parser.TryRead(payload, ref at, _document, ref cursor)) return false;
        if (_document[0].Value.Kind != ValueKind.Array) return cursor.Fail(BadReason.Malformed, null, 0);
        _record = _document.FirstIn(0);
        (_baseNameLength, _baseUnit, _baseValue, _baseSum, _baseTimeNs) = (0, default, 0, 0, 0);
        for (var record = _record; record >= 0; record = _document.NextIn(0, record))
        {
            if (_document[record].Value.Kind != ValueKind.Object) return cursor.Fail(BadReason.Malformed, null, 0);
            for (var node = _document.FirstIn(record); node >= 0; node = _document.NextIn(record, node))
            {
                ref readonly var member = ref _document[node];
                var version = member.HasNumber ? member.NameNumber == -1 : NameOf(payload, node).SequenceEqual("bver"u8);
                var mustKnow = !member.HasNumber && member.NameEnd > member.NameStart && payload[member.NameEnd - 1] == (byte)'_';
                if (mustKnow || version
                    && (!TryNumber(payload, node, out var number) || number > 10)) return cursor.Fail(BadReason.Malformed, null, 0);
            }
        }

        return true;
    }

    BadReason TryRecord(ReadOnlySpan<byte> payload, int record, long arrivalNs)
    {
        var (name, unit, value, boolean, sum, timeNs, hasOther) = (-1, -1, -1, -1, -1, 0L, false);
        for (var node = _document.FirstIn(record); node >= 0; node = _document.NextIn(record, node))
        {
            switch (KeyOf(payload, node))
            {
                case -2: SetBaseName(payload, node); break;
                case -3:
                    if (!TryTime(node, out _baseTimeNs)) return BadReason.BadTime;
                    break;
                case -4: _baseUnit = _document[node].Value; break;
                case -5: TryNumber(payload, node, out _baseValue); break;
                case -6: TryNumber(payload, node, out _baseSum); break;
                case 0: name = node; break;
                case 1: unit = node; break;
                case 2: value = node; break;
                case 4: boolean = node; break;
                case 5: sum = node; break;
                case 6:
                    if (!TryTime(node, out timeNs)) return BadReason.BadTime;
                    break;
                case 3 or 8: hasOther = true; break;
            }
        }

        if (value < 0 && boolean < 0 && (sum < 0 || hasOther)) return BadReason.NotAsked;
        if (!TryName(payload, name)) return BadReason.Malformed;
        if (value >= 0 && _baseValue != 0)
        {
            if (!TryNumber(payload, value, out var number)) return BadReason.WrongType;
            Places[Value].SetDouble(number + _baseValue);
        }
        else if (value < 0 && boolean < 0)
        {
            if (!TryNumber(payload, sum, out var total)) return BadReason.WrongType;
            Places[Value].SetDouble(total + _baseSum);
        }
        else Places[Value] = _document[value >= 0 ? value : boolean].Value;

        timeNs += _baseTimeNs;
        Places[Time].SetInstant(Math.Abs((double)timeNs) < RelativeNs ? arrivalNs + timeNs : timeNs);
        Places[Unit] = unit >= 0 ? _document[unit].Value : _baseUnit;
        return BadReason.None;
    }

    /// <summary>The number that RFC 8428 §6 has for a field; others get one that means nothing.</summary>
    int KeyOf(ReadOnlySpan<byte> payload, int node)
    {
        if (_document[node].HasNumber) return _document[node].NameNumber is >= -6 and <= 8 and var number ? (int)number : 99;
        var name = NameOf(payload, node);
        return name.Length switch
        {
            1 => name[0] switch { (byte)'n' => 0, (byte)'u' => 1, (byte)'v' => 2, (byte)'s' => 5, (byte)'t' => 6, _ => 99 },
            2 when name[0] == (byte)'b' =>
                name[1] switch { (byte)'n' => -2, (byte)'t' => -3, (byte)'u' => -4, (byte)'v' => -5, (byte)'s' => -6, _ => 99 },
            2 when name[0] == (byte)'v' => name[1] switch { (byte)'s' => 3, (byte)'b' => 4, (byte)'d' => 8, _ => 99 },
            _ => 99,
        };
    }

    ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> payload, int node) => payload[_document[node].NameStart.._document[node].NameEnd];

    void SetBaseName(ReadOnlySpan<byte> payload, int node)
    {
        ref readonly var value = ref _document[node].Value;
        _baseNameLength = value.Kind == ValueKind.String ? Append(value.TextIn(payload), value.HasEscapes, 0) : 0;
    }

    /// <summary>Puts the name together and checks its characters (§4.5.1).</summary>
    bool TryName(ReadOnlySpan<byte> payload, int node)
    {
        var length = _baseNameLength;
        if (node >= 0)
        {
            if (_document[node].Value.Kind != ValueKind.String) return false;
            length = Append(_document[node].Value.TextIn(payload), _document[node].Value.HasEscapes, length);
        }

        var whole = _own.AsSpan(0, length);
        if (length == 0 || !char.IsAsciiLetterOrDigit((char)whole[0])) return false;
        foreach (var c in whole)
            if (!char.IsAsciiLetterOrDigit((char)c) && !"-:./_"u8.Contains(c)) return false;
        var start = _namesBase && length > _baseNameLength ? _baseNameLength : 0;
        Places[Name].Set(start, length, ValueKind.OwnString);
        Places[Base].Set(0, _baseNameLength, _baseNameLength > 0 ? ValueKind.OwnString : ValueKind.Absent);
        return true;
    }

    int Append(ReadOnlySpan<byte> text, bool hasEscapes, int length)
    {
        if (_own.Length < length + text.Length) Array.Resize(ref _own, 2 * (length + text.Length));
        if (hasEscapes) return length + Unescape(text, _own.AsSpan(length));
        text.CopyTo(_own.AsSpan(length));
        return length + text.Length;
    }

    bool TryTime(int node, out long timeNs)
    {
        ref readonly var value = ref _document[node].Value;
        timeNs = value.Kind == ValueKind.Instant ? value.InstantNs : 0;
        return value.Kind switch
        {
            ValueKind.Number => EpochTime.TryToNs(in value.Number, 9, out timeNs),
            ValueKind.Double => EpochTime.TryToNs(value.Double, 9, out timeNs),
            _ => value.Kind == ValueKind.Instant,
        };
    }

    bool TryNumber(ReadOnlySpan<byte> payload, int node, out double number)
    {
        ref readonly var value = ref _document[node].Value;
        number = value.Kind == ValueKind.Double ? value.Double : 0;
        return value.Kind == ValueKind.Double || value.Kind == ValueKind.Number
            && value.Number.TryToDouble(payload, value.Start, value.End, out number);
    }
}
