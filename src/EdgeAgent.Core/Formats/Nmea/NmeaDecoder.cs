using System.Text;

namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>Reads chosen fields of NMEA 0183 sentences.</summary>
/// <remarks>
/// A position is taken only from a sentence that calls itself valid: GGA with quality above 0, RMC and MWV with status A, RMC
/// and VTG with a mode other than N. With <c>gnssTime</c> the event time is the sentence's own: RMC and ZDA carry a date, GGA
/// takes the date of the last of these that is nearest to it. Two-digit years are 1980–2079.
/// </remarks>
public sealed class NmeaDecoder : ILineDecoder
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
    readonly NmeaClock _clock = new();

    /// <summary>A decoder of <paramref name="fields"/>.</summary>
    public NmeaDecoder(IReadOnlyList<NmeaField> fields, bool needCheck = true, bool gnssTime = false)
    {
        _fields = [.. fields];
        _keys = [.. fields.Select(f => NmeaSentence.KeyOf(Encoding.ASCII.GetBytes(f.Sentence)))];
        _transducers = [.. fields.Select(f => Encoding.ASCII.GetBytes(f.Transducer ?? ""))];
        _needCheck = needCheck;
        _gnssTime = gnssTime;
        Metrics = [.. fields.Select(f => f.Metric)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Metrics { get; }

    /// <inheritdoc/>
    public LineStatus Decode(ReadOnlySpan<byte> payload, long arrivalNs, Span<double> values, out long timeNs)
    {
        timeNs = arrivalNs;
        var status = NmeaSentence.TryOpen(payload, _needCheck, out var sentence);
        if (status != LineStatus.Ok) return status;
        values.Fill(double.NaN);
        Span<Range> parts = stackalloc Range[MaxFields];
        var key = sentence.TypeKey;
        var body = payload;
        var count = 1;
        while (count < MaxFields && sentence.TryNext(out var field))
        {
            body.Overlaps(field, out var offset);
            parts[count++] = new(offset, offset + field.Length);
        }

        parts = parts[..count];
        if (_gnssTime) timeNs = Time(key, body, parts, arrivalNs);
        if (!IsValid(key, body, parts)) return LineStatus.NotValid;
        var found = LineStatus.Ignored;
        for (var i = 0; i < _fields.Length; i++)
        {
            if (_keys[i] != key) continue;
            var value = key == Xdr && _fields[i].Transducer is not null ? Transducer(_transducers[i], body, parts) : Value(_fields[i], body, parts);
            if (double.IsNaN(value)) continue;
            values[i] = value * _fields[i].Scale;
            found = LineStatus.Ok;
        }

        return found;
    }

    long Time(int key, ReadOnlySpan<byte> body, ReadOnlySpan<Range> parts, long arrivalNs)
    {
        if (key == Rmc && parts.Length > 9) return _clock.WithDate(body[parts[1]], body[parts[9]]) ?? arrivalNs;
        if (key == Zda && parts.Length > 4) return _clock.WithDate(body[parts[1]], body[parts[2]], body[parts[3]], body[parts[4]]) ?? arrivalNs;
        if (key == Gga && parts.Length > 1) return _clock.WithoutDate(body[parts[1]]) ?? arrivalNs;
        return arrivalNs;
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
            && !(field.OnlyIfIndex < parts.Length && body[parts[field.OnlyIfIndex]] is [var letter] && letter == field.OnlyIfValue)) return double.NaN;
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
