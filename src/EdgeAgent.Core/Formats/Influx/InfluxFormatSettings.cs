namespace EdgeAgent.Core.Formats.Influx;

/// <summary><c>format: influx</c>.</summary>
public sealed record InfluxFormatSettings : FormatSettings
{
    /// <summary>Unit of the timestamp.</summary>
    public TimeUnit Unit { get; init; } = TimeUnit.Nanoseconds;

    /// <inheritdoc/>
    public override bool CarriesTime => true;

    internal override FormatReader CreateReader() => new InfluxReader(this);
}
