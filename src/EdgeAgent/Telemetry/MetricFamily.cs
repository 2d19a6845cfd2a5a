using EdgeAgent.Status;

namespace EdgeAgent.Telemetry;

/// <summary>A metric: its name and what its values mean.</summary>
/// <param name="Base">Its name without the ending of its kind (<c>_total</c>, <c>_info</c>).</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="Unit">The unit its base name ends with: <c>seconds</c>, <c>bytes</c>, or empty for a count.</param>
/// <param name="Help">What it says, in a sentence.</param>
sealed record MetricFamily(string Base, MetricKind Kind, string Unit, string Help)
{
    /// <summary>Of a histogram the upper bounds of its buckets.</summary>
    public IReadOnlyList<double> Bounds { get; init; } = DurationHistogram.Bounds;

    /// <summary>The name of its samples, as rules and dashboards ask for them; of a histogram the part they share.</summary>
    public string Name => Kind switch { MetricKind.Counter => Base + "_total", MetricKind.Info => Base + "_info", _ => Base };
}
