namespace EdgeAgent.Core.Formats.Csv;

/// <summary><c>format: csv</c>.</summary>
public sealed record CsvFormatSettings : FieldFormatSettings
{
    /// <summary>Whether a payload starts with a header line. Columns are otherwise taken by <see cref="Columns"/>.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Column names in order, when there is no header.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The separator; ASCII.</summary>
    public char Separator { get; init; } = ',';

    internal override FormatReader CreateReader() => new CsvFormatReader(this);
}
