namespace EdgeAgent.Core.Formats.Lorawan;

/// <summary><c>format: lorawan</c>.</summary>
public sealed record LorawanFormatSettings : FormatSettings
{
    /// <summary>What bytes are, by port; the first that fits counts.</summary>
    public IReadOnlyList<LorawanUplink> Uplinks { get; init; } = [];

    /// <summary>Whether what the server decoded is taken where it is there.</summary>
    public bool TakesDecoded { get; init; } = true;

    /// <summary>Whether the strength of the signal is read too, as <c>rssi</c> and <c>snr</c>.</summary>
    public bool TakesSignal { get; init; }

    /// <inheritdoc/>
    public override bool CarriesTime => true;

    internal override FormatReader CreateReader() => new LorawanReader(this);
}
