namespace EdgeAgent.Core.Formats.KeyValue;

/// <summary><c>format: key_value</c>.</summary>
public sealed record KeyValueFormatSettings : FieldFormatSettings
{
    /// <summary>What stands between a key and its value; null for <c>=</c>, or <c>:</c> where there is no <c>=</c>.</summary>
    public char? Assign { get; init; }

    internal override FormatReader CreateReader() => new KeyValueReader(this);
}
