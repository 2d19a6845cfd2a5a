using System.Text;

namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>Reads chosen fields of NMEA 0183 sentences; a payload is one or several, a line each, a sample each.</summary>
/// <remarks>
/// A position is taken only from a sentence that calls itself valid: GGA with quality above 0, RMC and MWV with status A, RMC
/// and VTG with a mode other than N. With <c>time: gnss</c> the event time is the sentence's own: RMC and ZDA carry a date, GGA
/// takes the date of the last of these on its topic that is nearest to it. Two-digit years are 1980–2079.
/// </remarks>
sealed class NmeaFormatReader : FormatReader
{
    static readonly int Gga = NmeaSentence.KeyOf("GGA"u8);
    static readonly int Rmc = NmeaSentence.KeyOf("RMC"u8);
    static readonly int Vtg = NmeaSentence.KeyOf("VTG"u8);
    static readonly int Mwv = NmeaSentence.KeyOf("MWV"u8);
    static readonly int Xdr = NmeaSentence.KeyOf("XDR"u8);
    static readonly int Zda = NmeaSentence.KeyOf("ZDA"u8);
    const int MaxFields = 80;

    readonly NmeaField[] _fields;
    readonly int[] _keys;
    readonly byte[][] _transducers;
    readonly bool _needCheck;
    readonly bool _gnssTime;

    /// <summary>A reader for checked settings.</summary>
    public NmeaFormatReader(NmeaFormatSettings settings)
    {
        _fields = [.. settings.Fields];
        _keys = [.. _fields.Select(f => NmeaSentence.KeyOf(Encoding.ASCII.GetBytes(f.Sentence)))];
        _transducers = [.. _fields.Select(f => Encoding.ASCII.GetBytes(f.Transducer ?? ""))];
        _needCheck = settings.NeedCheck;
        _gnssTime = settings.GnssTime;
        var layout = SampleLayout.OfMetrics(_fields.Select(f => f.Metric));
        Layout = _gnssTime ? layout with { Time = new(new() { Path = "time", Unit = TimeUnit.Nanoseconds }, _fields.Length) } : layout;
        Places = new PayloadValue[_fields.Length + 1];
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        var line = NextLine(payload, ref cursor);
        var status = NmeaSentence.TryOpen(line, _needCheck, out var sentence);
        if (status != BadReason.None) return cursor.Fail(status);
        Span<Range> parts = stackalloc Range[MaxFields];
        var key = sentence.TypeKey;
        var count = 1;
        while (count < MaxFields && sentence.TryNext(out var field))
        {
            line.Overlaps(field, out var offset);
            parts[count++] = new(offset, offset + field.Length);
        }

        parts = parts[..count];
        if (_gnssTime) Places[_fields.Length].SetInstant(Time(key, line, parts, ref cursor));
        if (!IsValid(key, line, parts)) return cursor.Fail(BadReason.NotValid);
        var found = false;
        for (var i = 0; i < _fields.Length; i++)
        {
            Places[i].Kind = ValueKind.Absent;
            if (_keys[i] != key) continue;
            var value = key == Xdr && _fields[i].Transducer is not null ? Transducer(_transducers[i], line, parts)
                : Value(_fields[i], line, parts);
            if (double.IsNaN(value)) continue;
            Places[i].SetDouble(value * _fields[i].Scale);
            found = true;
        }

        return found || cursor.Fail(BadReason.NotAsked);
    }

    static ReadOnlySpan<byte> NextLine(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        var start = AfterBreaks(payload, cursor.At);
        var length = payload[start..].IndexOfAny((byte)'\r', (byte)'\n');
        if (length < 0) length = payload.Length - start;
        cursor.At = AfterBreaks(payload, start + length);
        cursor.HasMore = cursor.At < payload.Length;
        return payload.Slice(start, length);
    }

    static int AfterBreaks(ReadOnlySpan<byte> payload, int at)
    {
        while (at < payload.Length && payload[at] is (byte)'\r' or (byte)'\n') at++;
        return at;
    }

    static long Time(int key, scoped ReadOnlySpan<byte> body, scoped ReadOnlySpan<Range> parts, ref ReadCursor cursor)
    {
        var clock = (NmeaClock)(cursor.Memory.Kept ??= new NmeaClock());
        var timeNs = key == Rmc && parts.Length > 9 ? clock.WithDate(body[parts[1]], body[parts[9]])
            : key == Zda && parts.Length > 4 ? clock.WithDate(body[parts[1]], body[parts[2]], body[parts[3]], body[parts[4]])
            : key == Gga && parts.Length > 1 ? clock.WithoutDate(body[parts[1]])
            : null;
        return timeNs ?? cursor.ArrivalNs;
    }

    static bool IsValid(int key, ReadOnlySpan<byte> body, ReadOnlySpan<Range> parts)
    {
        if (key == Gga) return parts.Length > 6 && body[parts[6]] is not ([] or [(byte)'0']);
        if (key == Rmc) return parts.Length > 2 && body[parts[2]] is [(byte)'A'] && !IsModeN(body, parts, 12);
        if (key == Vtg) return !IsModeN(body, parts, 9);
        return key != Mwv || parts.Length > 5 && body[parts[5]] is [(byte)'A'];
    }

    static bool IsModeN(ReadOnlySpan<byte> body, ReadOnlySpan<Range> parts, int index) =>
        parts.Length > index && body[parts[index]] is [(byte)'N'];

    static double Value(NmeaField field, ReadOnlySpan<byte> body, ReadOnlySpan<Range> parts)
    {
        if (field.Index >= parts.Length) return double.NaN;
        if (field.OnlyIfIndex > 0
            && !(field.OnlyIfIndex < parts.Length && body[parts[field.OnlyIfIndex]] is [var letter] && letter == field.OnlyIfValue))
            return double.NaN;
        var value = Number(body[parts[field.Index]]);
        if (field.Kind == NmeaFieldKind.Number || double.IsNaN(value)) return value;
        var next = field.Index + 1 < parts.Length ? body[parts[field.Index + 1]] : default;
        return field.Kind == NmeaFieldKind.Degrees ? Degrees(value, next) : value * (next switch
        {
            [(byte)'M'] => 1,
            [(byte)'K'] => 1 / 3.6,
            [(byte)'N'] => NmeaStandard.Knot,
            [(byte)'S'] => 0.44704,
            _ => double.NaN,
        });
    }

    static double Degrees(double value, ReadOnlySpan<byte> hemisphere)
    {
        var whole = Math.Truncate(value / 100);
        var minutes = value - 100 * whole;
        if (value < 0 || minutes >= 60) return double.NaN;
        var (sign, limit) = hemisphere switch
        {
            [(byte)'N'] => (1, 90),
            [(byte)'S'] => (-1, 90),
            [(byte)'E'] => (1, 180),
            [(byte)'W'] => (-1, 180),
            _ => (0, 0),
        };
        var degrees = whole + minutes / 60;
        return sign == 0 || degrees > limit ? double.NaN : sign * degrees;
    }

    // XDR repeats type, value, unit, name.
    static double Transducer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> body, ReadOnlySpan<Range> parts)
    {
        for (var i = 1; i + 3 < parts.Length; i += 4)
            if (body[parts[i + 3]].SequenceEqual(name)) return Number(body[parts[i + 1]]);
        return double.NaN;
    }

    static double Number(ReadOnlySpan<byte> field) => LineNumber.TryRead(field, out var value) ? value : double.NaN;
}
