using System.Globalization;
using System.Text;
using EdgeAgent.Status;

namespace EdgeAgent.Telemetry;

/// <summary>Writes metrics as Prometheus text 0.0.4 or as OpenMetrics 1.0.</summary>
/// <remarks>The second names a family without its ending, says its unit, writes counts of buckets as it does all else, and ends with
/// <c># EOF</c>. Label values are escaped as both have it: <c>\\</c>, <c>\"</c>, <c>\n</c>.</remarks>
static class PrometheusText
{
    /// <summary>Content type of text 0.0.4.</summary>
    public const string TextType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Content type of OpenMetrics.</summary>
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Whether an <c>Accept</c> header prefers OpenMetrics.</summary>
    public static bool WantsOpenMetrics(string accept)
    {
        var (open, text) = (-1.0, 0.0);
        foreach (var range in accept.Split(','))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var quality = 1.0;
            foreach (var part in parts)
                if (part.StartsWith("q=", StringComparison.Ordinal)) quality = Quality(part.AsSpan(2));
            if (parts[0] == "application/openmetrics-text" && parts.All(p => !p.StartsWith("version=", StringComparison.Ordinal)
                || p is "version=1.0.0" or "version=0.0.1")) open = Math.Max(open, quality);
            else if (parts[0] == "text/plain") text = Math.Max(text, quality);
        }

        return open > 0 && open >= text;
    }

    static double Quality(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality) ? quality : 0;

    /// <summary>All of <paramref name="set"/>.</summary>
    public static byte[] Write(MetricSet set, bool isOpenMetrics)
    {
        var text = new StringBuilder(8192);
        foreach (var (family, points) in set.Families)
        {
            var name = isOpenMetrics ? family.Base : family.Name;
            var kind = family.Kind == MetricKind.Info && !isOpenMetrics ? "gauge" : family.Kind.ToString().ToLowerInvariant();
            text.Append("# HELP ").Append(name).Append(' ').Append(family.Help).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            if (isOpenMetrics && family.Unit.Length > 0) text.Append("# UNIT ").Append(name).Append(' ').Append(family.Unit).Append('\n');
            foreach (var point in points)
            {
                if (point.Buckets is not null) WriteBuckets(text, family, point);
                else WriteSample(text, family.Name, point.Labels, null, point.Value);
            }
        }

        if (isOpenMetrics) text.Append("# EOF\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void WriteBuckets(StringBuilder text, MetricFamily family, MetricPoint point)
    {
        var count = 0L;
        for (var i = 0; i < point.Buckets!.Length; i++)
        {
            count += point.Buckets[i];
            var bound = i < family.Bounds.Count ? Number(family.Bounds[i]) : "+Inf";
            WriteSample(text, family.Name + "_bucket", point.Labels, bound, count);
        }

        WriteSample(text, family.Name + "_sum", point.Labels, null, point.Value);
        WriteSample(text, family.Name + "_count", point.Labels, null, count);
    }

    static void WriteSample(StringBuilder text, string name, IReadOnlyList<(string Name, string Value)> labels, string? bound, double value)
    {
        text.Append(name);
        var mark = '{';
        foreach (var (label, of) in bound is null ? labels : [.. labels, ("le", bound)])
        {
            text.Append(mark).Append(label).Append("=\"");
            text.Append(of.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal));
            text.Append('"');
            mark = ',';
        }

        if (mark == ',') text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Number(double value) => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value == Math.Floor(value) && Math.Abs(value) < 1e15 ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);
}
