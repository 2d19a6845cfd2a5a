namespace EdgeAgent.Core.Formats.Json;

/// <summary><c>format: json</c>.</summary>
public sealed record JsonFormatSettings : FieldFormatSettings
{
    /// <summary>JSON path of an array whose elements are samples, or null. Field and time paths are then relative to an element.</summary>
    public string? Samples { get; init; }

    internal override FormatReader CreateReader() => new JsonFormatReader(this);
}
