using System.Globalization;

namespace EdgeAgent.Core.Formats.Protobuf;

/// <summary>Reads protobuf messages by field number; of several values of one number the last counts.</summary>
/// <remarks>What is found in the message as a whole is found once, however many samples it has. Elements of a packed field may also stand
/// alone, or in several pieces, as parsers have to take them.</remarks>
sealed class ProtobufReader : FormatReader
{
    readonly (int[] Path, ProtobufType Type, bool IsOther, bool IsRoot)[] _places;
    readonly int[] _samples;
    readonly ProtobufPacking? _packing;
    readonly WholePayload[] _whole;
    int _end;
    int _pieceAt;
    int _pieceEnd;
    int _element;

    /// <summary>A reader for checked settings.</summary>
    public ProtobufReader(ProtobufFormatSettings settings)
    {
        var places = new List<(int[], ProtobufType, bool, bool)>();
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select((f, i) => new FieldPlace(f, Place(f.Path, settings.Types[i], false)))],
            Time = settings.Time is { } time
                ? new TimePlace(time, Place(time.Path, ProtobufType.Signed, true),
                    time.Rate is null ? -1 : Place(time.Rate, ProtobufType.Auto, true),
                    time.Date is null ? -1 : Place(time.Date, ProtobufType.Auto, true))
                : null,
            Labels = [.. settings.LabelPaths.Select(l =>
                new LabelPlace(l.Name, l.Path, Place(l.Path, ProtobufType.Auto, true), l.Optional, l.Default))],
            Text = settings.Text,
        };
        _places = [.. places];
        _packing = settings.Packing;
        _samples = settings.Samples is not null ? Numbers(settings.Samples) : _packing is not null ? _places[0].Path : [];
        Places = new PayloadValue[places.Count];
        _whole = new WholePayload[places.Count];

        int Place(string path, ProtobufType type, bool isOther)
        {
            places.Add((Numbers(path), type, isOther, path[0] == '/'));
            return places.Count - 1;
        }
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore) Array.Clear(_whole);
        if (_samples.Length == 0) return Take(payload, 0, payload.Length, ref cursor);
        if (!cursor.HasMore)
        {
            (_pieceAt, _pieceEnd, _element) = (0, 0, 0);
            (cursor.At, _end) = (0, payload.Length);
            foreach (var number in _samples.AsSpan(0, _samples.Length - 1))
            {
                var found = Find(payload, cursor.At, _end, number, out var wire);
                if (found != BadReason.None || wire.Type != 2) return cursor.Fail(found == BadReason.None ? BadReason.WrongType
                    : found, "samples", payload.Length);
                (cursor.At, _end) = (wire.Start, wire.End);
            }
        }

        if (_packing is not null) return NextElement(payload, ref cursor);
        var entry = new WireReader(payload, cursor.At, _end);
        while (true)
        {
            var failure = entry.Next();
            if (failure != BadReason.None)
            {
                cursor.HasMore = false;
                return failure == BadReason.NotAsked ? false
                    : cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : entry.At);
            }

            if (entry.Number != _samples[^1] || entry.Type != 2) continue;
            cursor.At = entry.At;
            cursor.HasMore = entry.At < _end;
            return Take(payload, entry.Start, entry.End, ref cursor);
        }
    }

    bool Take(ReadOnlySpan<byte> payload, int start, int end, ref ReadCursor cursor)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            ref readonly var place = ref _places[i];
            if (_packing is not null && !place.IsOther) continue;
            var failure = place.IsRoot || _packing is not null ? BadReason.NotAsked
                : Walk(payload, start, end, place.Path, place.Type, ref Places[i]);
            if (place.IsRoot || (failure == BadReason.NotAsked && place.IsOther && _samples.Length > 0)) failure = Whole(payload, i);
            if (failure == BadReason.NotAsked) Places[i].Kind = ValueKind.Absent;
            else if (failure != BadReason.None) return cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : start);
        }

        return true;
    }

    BadReason Whole(ReadOnlySpan<byte> payload, int place)
    {
        ref var whole = ref _whole[place];
        if (!whole.IsKnown)
        {
            whole.Failure = Walk(payload, 0, payload.Length, _places[place].Path, _places[place].Type, ref whole.Value);
            whole.IsKnown = true;
        }

        Places[place] = whole.Value;
        return whole.Failure;
    }

    /// <summary>The next number of a packed field.</summary>
    bool NextElement(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        while (_pieceAt >= _pieceEnd)
        {
            var entry = new WireReader(payload, cursor.At, _end);
            var failure = entry.Next();
            if (failure != BadReason.None)
            {
                cursor.HasMore = false;
                return failure != BadReason.NotAsked
                    && cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : entry.At);
            }

            cursor.At = entry.At;
            if (entry.Number != _samples[^1]) continue;
            if (entry.Type == 2) (_pieceAt, _pieceEnd) = (entry.Start, entry.End);
            else
            {
                cursor.HasMore = true;
                return Sample(payload, in entry, ref cursor);
            }
        }

        // A number of a piece stands there as after a key of its wire type.
        var element = new WireReader(payload, _pieceAt, _pieceEnd);
        var type = _packing switch { ProtobufPacking.Varint => 0, ProtobufPacking.Float or ProtobufPacking.Fixed32 => 5, _ => 1 };
        cursor.HasMore = true;
        if (element.Value(type) is var broken && broken != BadReason.None)
        {
            _pieceAt = _pieceEnd;
            return cursor.Fail(broken, null, payload.Length);
        }

        _pieceAt = element.At;
        return Sample(payload, in element, ref cursor);
    }

    bool Sample(ReadOnlySpan<byte> payload, in WireReader element, ref ReadCursor cursor)
    {
        var type = _places[0].Type;
        if (type == ProtobufType.Auto && _packing is ProtobufPacking.Fixed32 or ProtobufPacking.Fixed64) type = ProtobufType.Fixed;
        Set(in element, type, ref Places[0]);
        cursor.SampleIndex = _element++;
        return Take(payload, 0, 0, ref cursor);
    }

    static BadReason Walk(ReadOnlySpan<byte> payload, int start, int end, int[] path, ProtobufType type, ref PayloadValue value)
    {
        for (var i = 0; i < path.Length; i++)
        {
            var failure = Find(payload, start, end, path[i], out var wire);
            if (failure != BadReason.None) return failure;
            if (i < path.Length - 1)
            {
                if (wire.Type != 2) return BadReason.NotAsked;
                (start, end) = (wire.Start, wire.End);
                continue;
            }

            Set(in wire, type, ref value);
        }

        return BadReason.None;
    }

    /// <summary>The last field of a number; <see cref="BadReason.NotAsked"/> when there is none.</summary>
    static BadReason Find(ReadOnlySpan<byte> payload, int start, int end, int number, out WireReader found)
    {
        var wire = new WireReader(payload, start, end);
        found = wire;
        var isFound = false;
        while (true)
        {
            var failure = wire.Next();
            if (failure == BadReason.NotAsked) return isFound ? BadReason.None : failure;
            if (failure != BadReason.None) return failure;
            if (wire.Number != number) continue;
            found = wire;
            isFound = true;
        }
    }

    static void Set(in WireReader wire, ProtobufType type, ref PayloadValue value)
    {
        switch (wire.Type)
        {
            case 2:
                value.Set(wire.Start, wire.End, ValueKind.String);
                break;
            case 1 when type == ProtobufType.Auto:
                value.SetDouble(BitConverter.UInt64BitsToDouble(wire.Bits));
                break;
            case 5 when type == ProtobufType.Auto:
                value.SetDouble(BitConverter.UInt32BitsToSingle((uint)wire.Bits));
                break;
            default:
                var signed = type switch
                {
                    ProtobufType.Zigzag => (long)(wire.Bits >> 1) ^ -(long)(wire.Bits & 1),
                    ProtobufType.Signed => wire.Type == 5 ? (int)wire.Bits : (long)wire.Bits,
                    _ => 0,
                };
                if (type is ProtobufType.Zigzag or ProtobufType.Signed) value.SetInteger(signed < 0 ? 0UL - (ulong)signed
                    : (ulong)signed, signed < 0);
                else value.SetInteger(wire.Bits, false);
                break;
        }
    }

    static int[] Numbers(string path) => [.. path.TrimStart('/').Split('.').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];

    /// <summary>What a path of the whole payload holds, once it was looked for.</summary>
    struct WholePayload
    {
        public bool IsKnown;
        public BadReason Failure;
        public PayloadValue Value;
    }
}
