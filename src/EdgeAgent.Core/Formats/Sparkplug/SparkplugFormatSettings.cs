namespace EdgeAgent.Core.Formats.Sparkplug;

/// <summary><c>format: sparkplug</c>.</summary>
public sealed record SparkplugFormatSettings : FormatSettings
{
    /// <inheritdoc/>
    public override bool CarriesTime => true;

    internal override FormatReader CreateReader() => new SparkplugReader();
}
