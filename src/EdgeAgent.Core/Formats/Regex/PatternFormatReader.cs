namespace EdgeAgent.Core.Formats.Regex;

/// <summary>Reads numbers, a time and labels from the named groups of a <see cref="BytePattern"/>; a payload is one sample.</summary>
/// <remarks>A decimal comma is read as a point. Groups that took no part, or hold neither a number nor a state, give no value.</remarks>
sealed class PatternFormatReader : FormatReader
{
    const int MaxNumberBytes = 64;
    readonly BytePattern _pattern;
    readonly PatternField[] _fields;
    readonly int[] _groups;
    readonly bool _hasStates;

    /// <summary>A reader for checked settings.</summary>
    public PatternFormatReader(PatternFormatSettings settings)
    {
        _pattern = BytePattern.TryParse(settings.Pattern, out var error) ?? throw new ArgumentException(error);
        _fields = [.. settings.Fields];
        _hasStates = settings.States.Count > 0;
        var named = _pattern.Groups.ToList();
        var groups = new NamedPlaces();
        Layout = new SampleLayout
        {
            Fields = [.. _fields.Select(f =>
                new FieldPlace(new() { Path = f.Group, Metric = f.Metric, Optional = true, States = settings.States },
                    groups.Add(f.Group)))],
            Time = groups.Add(settings.Time),
            Labels = groups.Add(settings.LabelPaths),
            Text = settings.Text,
        };
        _groups = [.. groups.Names.Select(name => named.IndexOf(name) + 1)];
        Places = new PayloadValue[_groups.Length];
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
        for (var i = 0; i < _groups.Length; i++)
        {
            ref var place = ref Places[i];
            place.Kind = ValueKind.Absent;
            if (!_pattern.TryGroup(_groups[i], out var range)) continue;
            var text = payload[range];
            if (i >= _fields.Length) place.Set(range.Start.Value, range.End.Value, ValueKind.String);
            else if (TryNumber(text, out var value)) place.SetDouble(_fields[i].Scale is { } scale ? scale.Of(value) : value);
            else if (_hasStates) place.Set(range.Start.Value, range.End.Value, ValueKind.String);
            else continue;
            found |= i < _fields.Length;
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
