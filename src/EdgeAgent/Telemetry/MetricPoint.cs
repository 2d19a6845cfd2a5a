namespace EdgeAgent.Telemetry;

/// <summary>A value of a metric at one moment.</summary>
/// <param name="Labels">Whose it is.</param>
/// <param name="Value">The value; of a histogram the sum.</param>
/// <param name="Buckets">Of a histogram the counts of all buckets, each without those below it; else null.</param>
readonly record struct MetricPoint(IReadOnlyList<(string Name, string Value)> Labels, double Value, long[]? Buckets = null)
{
    /// <summary>How many time series it is.</summary>
    public int Series => Buckets is null ? 1 : Buckets.Length + 2;
}
