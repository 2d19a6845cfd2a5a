namespace EdgeAgent.Core.Formats.Nmea;

/// <summary><c>format: nmea0183</c>.</summary>
public sealed record NmeaFormatSettings : FormatSettings
{
    /// <summary>What is read.</summary>
    public required IReadOnlyList<NmeaField> Fields { get; init; }

    /// <summary>Whether sentences without a check are refused.</summary>
    public bool NeedCheck { get; init; } = true;

    /// <summary>Whether the event time is the sentence's own.</summary>
    public bool GnssTime { get; init; }

    /// <inheritdoc/>
    public override bool CarriesTime => GnssTime;

    /// <inheritdoc/>
    public override byte[] LineStart => "$"u8.ToArray();

    internal override FormatReader CreateReader() => new NmeaFormatReader(this);
}
