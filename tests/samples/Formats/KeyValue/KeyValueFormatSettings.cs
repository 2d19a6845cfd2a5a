namespace EdgeAgent.Core.Formats.KeyValue;

/// <summary><c>format: key_value</c>.</summary>
public sealed record KeyValueFormatSettings : FieldFormatSettings
{
    /// <summary>What stands between pairs; ASCII.</summary>
    public char Separator { get; init; } = ';';

    internal override FormatReader CreateReader() => new KeyValueFormatReader(this);
}
