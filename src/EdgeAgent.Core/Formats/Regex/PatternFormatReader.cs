namespace EdgeAgent.Core.Formats.Regex;

/// <summary>Reads numbers, a time and labels from the named groups of a <see cref="BytePattern"/>; a payload is one sample.</summary>
/// <remarks>Groups that took no part or are empty give no value; when all are so, the pattern does not match.</remarks>
sealed class PatternFormatReader : FormatReader
{
    readonly BytePattern _pattern;
    readonly int[] _groups;
    readonly int _fields;
    readonly bool _isPointNumber;

    /// <summary>A reader for checked settings.</summary>
    public PatternFormatReader(PatternFormatSettings settings)
    {
        _pattern = BytePattern.TryParse(settings.Pattern, out var error) ?? throw new ArgumentException(error);
        _fields = settings.Fields.Count;
        _isPointNumber = settings.Text.Decimal != DecimalMark.Comma;
        var named = _pattern.Groups.ToList();
        var groups = new NamedPlaces();
        Layout = new SampleLayout
        {
            Fields = [.. settings.Fields.Select(f =>
                new FieldPlace(new()
                {
                    Path = f.Group, Metric = f.Metric, Optional = true, States = settings.States, Scale = f.Scale ?? LinearScale.One,
                }, groups.Add(f.Group)))],
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
            if (i >= _fields)
            {
                place.Set(range.Start.Value, range.End.Value, ValueKind.String);
                continue;
            }

            CellText.Read(payload, range.Start.Value, range.End.Value, false, ref place, _isPointNumber);
            found |= place.Kind != ValueKind.Null;
        }

        return found || cursor.Fail(BadReason.NoMatch);
    }
}
