namespace EdgeAgent.Core.Formats.Regex;

/// <summary>One value a pattern gives.</summary>
/// <param name="Group">Name of the group.</param>
/// <param name="Metric">Value of the <c>metric</c> label.</param>
/// <param name="Scale">Factor.</param>
/// <param name="Add">Added after scaling.</param>
public sealed record PatternField(string Group, string Metric, double Scale = 1, double Add = 0);

/// <summary>Reads numbers from the named groups of a <see cref="BytePattern"/> (<c>format: regex</c>).</summary>
/// <remarks>A decimal comma is read as a point. Groups that took no part give no value.</remarks>
public sealed class PatternDecoder : ILineDecoder
{
    const int MaxNumberBytes = 64;
    readonly BytePattern _pattern;
    readonly PatternField[] _fields;
    readonly int[] _groups;

    /// <summary>A decoder; every field names a group of <paramref name="pattern"/>.</summary>
    public PatternDecoder(BytePattern pattern, IReadOnlyList<PatternField> fields)
    {
        _pattern = pattern;
        _fields = [.. fields];
        _groups = [.. fields.Select(f => pattern.Groups.ToList().IndexOf(f.Group) + 1)];
        Metrics = [.. fields.Select(f => f.Metric)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Metrics { get; }

    /// <inheritdoc/>
    public LineStatus Decode(ReadOnlySpan<byte> payload, long arrivalNs, Span<double> values, out long timeNs)
    {
        timeNs = arrivalNs;
        if (!_pattern.IsMatch(payload)) return LineStatus.Malformed;
        var status = LineStatus.Malformed;
        for (var i = 0; i < _fields.Length; i++)
        {
            values[i] = double.NaN;
            if (!_pattern.TryGroup(_groups[i], out var range) || !TryNumber(payload[range], out var value)) continue;
            values[i] = value * _fields[i].Scale + _fields[i].Add;
            status = LineStatus.Ok;
        }

        return status;
    }

    static bool TryNumber(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        Span<byte> copy = stackalloc byte[MaxNumberBytes];
        text = text.Trim((byte)' ');
        if (text.IsEmpty || text.Length > MaxNumberBytes) return false;
        if (text.Contains((byte)','))
        {
            text.CopyTo(copy);
            copy[text.IndexOf((byte)',')] = (byte)'.';
            return LineNumber.TryRead(copy[..text.Length], out value);
        }

        return LineNumber.TryRead(text, out value);
    }
}
