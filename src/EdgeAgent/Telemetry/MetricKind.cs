namespace EdgeAgent.Telemetry;

/// <summary>What a metric's values mean.</summary>
enum MetricKind
{
    /// <summary>Only rises while the process lives.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Always 1; its labels tell.</summary>
    Info,

    /// <summary>Counts by size.</summary>
    Histogram,
}
