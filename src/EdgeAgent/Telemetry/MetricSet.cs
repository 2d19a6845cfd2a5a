using EdgeAgent.Core.Readings;

namespace EdgeAgent.Telemetry;

/// <summary>All metrics at one moment, in the order of <see cref="Metrics.All"/>.</summary>
/// <param name="at">When they were read.</param>
/// <param name="startedAt">When the process began to count.</param>
sealed class MetricSet(WallTime at, WallTime startedAt)
{
    readonly Dictionary<MetricFamily, List<MetricPoint>> _points = [];

    /// <summary>When they were read.</summary>
    public WallTime At => at;

    /// <summary>When the process began to count.</summary>
    public WallTime StartedAt => startedAt;

    /// <summary>Metrics that have values.</summary>
    public IEnumerable<(MetricFamily Family, IReadOnlyList<MetricPoint> Points)> Families
    {
        get
        {
            foreach (var family in Metrics.All)
                if (_points.TryGetValue(family, out var points)) yield return (family, points);
        }
    }

    /// <summary>Adds a value.</summary>
    public void Add(MetricFamily family, double value, params IReadOnlyList<(string Name, string Value)> labels) =>
        Add(family, new MetricPoint(labels, value));

    /// <summary>Adds a value.</summary>
    public void Add(MetricFamily family, MetricPoint point)
    {
        if (!_points.TryGetValue(family, out var points)) _points[family] = points = [];
        points.Add(point);
    }
}
