namespace EdgeAgent.Core.Formats.Regex;

/// <summary>Reads numbers from the named groups of a <see cref="BytePattern"/>; a payload is one sample.</summary>
/// <remarks>A decimal comma is read as a point. Groups that took no part give no value.</remarks>
sealed class PatternFormatReader : FormatReader
{
    const int MaxNumberBytes = 64;
    readonly BytePattern _pattern;
    readonly PatternField[] _fields;
    readonly int[] _groups;

    /// <summary>A reader for checked settings.</summary>
    public PatternFormatReader(PatternFormatSettings settings)
    {
        _pattern = BytePattern.TryParse(settings.Pattern, out var error) ?? throw new ArgumentException(error);
        _fields = [.. settings.Fields];
        _groups = [.. _fields.Select(f => _pattern.Groups.ToList().IndexOf(f.Group) + 1)];
        Layout = SampleLayout.OfMetrics(_fields.Select(f => f.Metric));
        Places = new PayloadValue[_fields.Length];
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!_pattern.IsMatch(payload)) return cursor.Fail(BadReason.NoMatch);
        var found = false;
        for (var i = 0; i < _fields.Length; i++)
        {
            Places[i].Kind = ValueKind.Absent;
            if (!_pattern.TryGroup(_groups[i], out var range) || !TryNumber(payload[range], out var value)) continue;
            Places[i].SetDouble(_fields[i].Scale is { } scale ? scale.Of(value) : value);
            found = true;
        }

        return found || cursor.Fail(BadReason.NoMatch);
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
