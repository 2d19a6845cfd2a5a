using System.Globalization;
using System.Text.Json;
using EdgeAgent.Core.Readings;
using EdgeAgent.Libraries;
using EdgeAgent.Status;

namespace EdgeAgent.Telemetry;

/// <summary>Writes metrics as an OTLP request in JSON (OTLP 1.x, opentelemetry-proto's JSON mapping: 64-bit integers are text).</summary>
/// <remarks>Names are those of Prometheus without the ending of their kind; sums are cumulative from the start of the process.</remarks>
static class OtlpJson
{
    const int Cumulative = 2;

    /// <summary>All of <paramref name="set"/>.</summary>
    public static byte[] Write(MetricSet set, string agentId)
    {
        using var whole = new MemoryStream();
        using (var json = new Utf8JsonWriter(whole))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceMetrics");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, [("service.name", "edge-agent"), ("service.instance.id", agentId), ("service.version", Product.Version)]);
            json.WriteEndObject();
            json.WriteStartArray("scopeMetrics");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", "edgeagent");
            json.WriteString("version", Product.Version);
            json.WriteEndObject();
            json.WriteStartArray("metrics");
            foreach (var (family, points) in set.Families) Write(json, set, family, points);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return whole.ToArray();
    }

    static void Write(Utf8JsonWriter json, MetricSet set, MetricFamily family, IReadOnlyList<MetricPoint> points)
    {
        json.WriteStartObject();
        json.WriteString("name", family.Base);
        json.WriteString("description", family.Help);
        json.WriteString("unit", family.Unit switch { "seconds" => "s", "bytes" => "By", _ => "1" });
        json.WriteStartObject(family.Kind switch { MetricKind.Counter => "sum", MetricKind.Histogram => "histogram", _ => "gauge" });
        if (family.Kind is MetricKind.Counter or MetricKind.Histogram) json.WriteNumber("aggregationTemporality", Cumulative);
        if (family.Kind == MetricKind.Counter) json.WriteBoolean("isMonotonic", true);
        json.WriteStartArray("dataPoints");
        foreach (var point in points)
        {
            json.WriteStartObject();
            if (point.Labels.Count > 0) WriteAttributes(json, point.Labels);
            if (family.Kind is MetricKind.Counter or MetricKind.Histogram) json.WriteString("startTimeUnixNano", Text(set.StartedAt));
            json.WriteString("timeUnixNano", Text(set.At));
            if (point.Buckets is { } buckets) WriteBuckets(json, family, buckets, point.Value);
            else if (family.Unit == "seconds" || family == Metrics.DriftPsi) json.WriteNumber("asDouble", point.Value);
            else json.WriteString("asInt", Text((long)point.Value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteBuckets(Utf8JsonWriter json, MetricFamily family, long[] buckets, double sum)
    {
        json.WriteString("count", Text(buckets.Sum()));
        json.WriteNumber("sum", sum);
        json.WriteStartArray("bucketCounts");
        foreach (var count in buckets) json.WriteStringValue(Text(count));
        json.WriteEndArray();
        json.WriteStartArray("explicitBounds");
        foreach (var bound in family.Bounds) json.WriteNumberValue(bound);
        json.WriteEndArray();
    }

    static void WriteAttributes(Utf8JsonWriter json, IReadOnlyList<(string Name, string Value)> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var (name, value) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", name);
            json.WriteStartObject("value");
            json.WriteString("stringValue", value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static string Text(WallTime time) => Text(time.Ns);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
