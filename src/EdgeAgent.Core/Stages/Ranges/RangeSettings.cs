using System.Globalization;

namespace EdgeAgent.Core.Stages.Ranges;

/// <summary><c>range</c>: holds values inside limits.</summary>
public sealed record RangeSettings : StageSettings
{
    /// <summary>Lowest good value.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest good value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>What happens outside.</summary>
    public RangeAction Action { get; init; } = RangeAction.Drop;

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"range({Min:R},{Max:R},{Action})");
}
