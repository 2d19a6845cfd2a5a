using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Host;
using EdgeAgent.Status;
using EdgeAgent.Tests.Storage;
using EdgeAgent.Telemetry;
using Xunit;

namespace EdgeAgent.Tests.Telemetry;

/// <summary>Metrics: how they are written, that they stay few, and that rules, dashboard and docs name those there are.</summary>
public sealed partial class MetricsTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("me").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Text_and_OpenMetrics_byte_for_byte()
    {
        var set = Small();
        Assert.Equal("""
            # HELP edgeagent_build_info Version and processor type of the program.
            # TYPE edgeagent_build_info gauge
            edgeagent_build_info{version="1\"\\\n"} 1
            # HELP edgeagent_readings_total Readings taken from messages.
            # TYPE edgeagent_readings_total counter
            edgeagent_readings_total{source="a"} 12
            edgeagent_readings_total{source="b"} 9007199254740
            # HELP edgeagent_backlog_oldest_seconds Age of the oldest record not yet confirmed; 0 when there is none.
            # TYPE edgeagent_backlog_oldest_seconds gauge
            edgeagent_backlog_oldest_seconds 0.25
            # HELP edgeagent_commit_duration_seconds How long commits took, from closing the gates to durable.
            # TYPE edgeagent_commit_duration_seconds histogram
            edgeagent_commit_duration_seconds_bucket{le="0.001"} 1
            edgeagent_commit_duration_seconds_bucket{le="0.003"} 1
            edgeagent_commit_duration_seconds_bucket{le="0.01"} 2
            edgeagent_commit_duration_seconds_bucket{le="0.03"} 2
            edgeagent_commit_duration_seconds_bucket{le="0.1"} 2
            edgeagent_commit_duration_seconds_bucket{le="0.3"} 2
            edgeagent_commit_duration_seconds_bucket{le="1"} 2
            edgeagent_commit_duration_seconds_bucket{le="3"} 2
            edgeagent_commit_duration_seconds_bucket{le="10"} 2
            edgeagent_commit_duration_seconds_bucket{le="+Inf"} 3
            edgeagent_commit_duration_seconds_sum 11.006
            edgeagent_commit_duration_seconds_count 3

            """.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(PrometheusText.Write(set, isOpenMetrics: false)));
        var open = Encoding.UTF8.GetString(PrometheusText.Write(set, isOpenMetrics: true));
        Assert.StartsWith("# HELP edgeagent_build Version", open);
        Assert.Contains("# TYPE edgeagent_build info\nedgeagent_build_info{", open, StringComparison.Ordinal);
        Assert.Contains("# TYPE edgeagent_readings counter\nedgeagent_readings_total{", open, StringComparison.Ordinal);
        Assert.Contains("# UNIT edgeagent_commit_duration_seconds seconds\n", open, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF\n", open);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text; version=2.0.0", false)]
    [InlineData("application/openmetrics-text;q=0.3,text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=x", false)]
    public void The_form_follows_Accept(string accept, bool isOpen) => Assert.Equal(isOpen, PrometheusText.WantsOpenMetrics(accept));

    [Fact]
    public void Series_are_few_and_no_two_are_the_same()
    {
        var (set, status) = OfEveryKind();
        var most = 50 + (14 * status.Sources.Count) + (10 * status.Pipelines.Count) + (24 * status.Outputs.Count)
            + status.Models.Sum(m => 6 + 12 + m.Drift.Count);
        var series = set.Families.Sum(family => family.Points.Sum(p => p.Series));
        Assert.InRange(series, 30, most);
        var lines = Encoding.UTF8.GetString(PrometheusText.Write(set, false)).Split('\n').Where(l => l.Length > 0 && l[0] != '#').ToList();
        Assert.Equal(series, lines.Count);
        Assert.Equal(lines.Count, lines.Select(l => l[..l.LastIndexOf(' ')]).Distinct().Count());
    }

    [Fact]
    public void A_pipeline_of_many_stages_has_no_more_series()
    {
        var stages = string.Join(", ", Enumerable.Range(0, 30).Select(_ => "range: { min: 0 }").Select(s => $"{{ {s} }}"));
        var (set, _) = Of($$"""
            agent: { id: gw, data_dir: "{{_directory}}" }
            sources: { s: { type: mqtt, url: mqtt://h, client_id: c, subscriptions: [{ topic: "t/{metric}", decode: { value: $.v } }] } }
            pipelines: { p: { from: s, stages: [{{stages}}], to: o } }
            outputs: { o: { type: console } }
            """);
        var points = set.Families.SelectMany(f => f.Points).ToList();
        Assert.InRange(points.Count(p => p.Labels.Contains(("pipeline", "p"))), 5, 10);
        Assert.InRange(points.Count(p => p.Labels.Contains(("source", "s"))), 12, 12);
        Assert.InRange(points.Count(p => p.Labels.Contains(("output", "o"))), 5, 10);
    }

    [Fact]
    public void Each_reason_has_a_class()
    {
        foreach (var reason in Enum.GetValues<BadReason>().Where(r => r != BadReason.None))
            Assert.Contains(MetricReader.ClassOf(JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()), true),
                (string?[])["syntax", "value", "time", "limit", "route"]);
    }

    [Fact]
    public void Otlp_has_the_shape_of_its_JSON_mapping()
    {
        using var json = JsonDocument.Parse(OtlpJson.Write(Small(), "gw"));
        var metrics = json.RootElement.GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics")[0].GetProperty("metrics")
            .EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!);
        var sum = metrics["edgeagent_readings"].GetProperty("sum");
        Assert.Equal(2, sum.GetProperty("aggregationTemporality").GetInt32());
        Assert.True(sum.GetProperty("isMonotonic").GetBoolean());
        Assert.Equal("""
            {"attributes":[{"key":"source","value":{"stringValue":"a"}}],"startTimeUnixNano":"500","timeUnixNano":"1000","asInt":"12"}
            """,
            sum.GetProperty("dataPoints")[0].GetRawText());
        var histogram = metrics["edgeagent_commit_duration_seconds"].GetProperty("histogram").GetProperty("dataPoints")[0];
        Assert.Equal("3", histogram.GetProperty("count").GetString());
        Assert.Equal(histogram.GetProperty("explicitBounds").GetArrayLength() + 1, histogram.GetProperty("bucketCounts").GetArrayLength());
        var gauge = metrics["edgeagent_backlog_oldest_seconds"].GetProperty("gauge").GetProperty("dataPoints")[0];
        Assert.Equal(0.25, gauge.GetProperty("asDouble").GetDouble());
    }

    [Theory]
    [InlineData("configs/central/alerts.rules.yml")]
    [InlineData("configs/central/dashboard.json")]
    [InlineData("docs/reference/metrics.md")]
    public void What_is_named_exists(string path)
    {
        var known = Metrics.All.Select(f => f.Name).ToHashSet();
        foreach (var of in Metrics.All.Where(f => f.Kind == MetricKind.Histogram))
            known.UnionWith([of.Name + "_bucket", of.Name + "_sum", of.Name + "_count"]);
        var named = Name().Matches(File.ReadAllText(Repository.Path(path))).Select(m => m.Value).ToHashSet();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(known));
        if (path.EndsWith(".md", StringComparison.Ordinal)) Assert.Empty(Metrics.All.Select(f => f.Name).Except(named));
    }

    [Fact]
    public void The_page_of_metrics_says_what_the_program_says()
    {
        var page = File.ReadAllText(Repository.Path("docs/reference/metrics.md"));
        foreach (var family in Metrics.All)
        {
            var kind = family.Kind.ToString().ToLowerInvariant();
            Assert.Contains($"| `{family.Name}` | {kind} |", page, StringComparison.Ordinal);
            Assert.Contains(family.Help, page, StringComparison.Ordinal);
        }
    }

    static MetricSet Small()
    {
        var set = new MetricSet(new WallTime(1000), new WallTime(500));
        set.Add(Metrics.Readings, 12, ("source", "a"));
        set.Add(Metrics.Readings, 9007199254740, ("source", "b"));
        set.Add(Metrics.Build, 1, ("version", "1\"\\\n"));
        set.Add(Metrics.BacklogOldest, 0.25);
        var took = new DurationHistogram();
        foreach (var ns in (long[])[1_000_000, 5_000_000, 11_000_000_000]) took.Add(ns);
        set.Add(Metrics.CommitDuration, new MetricPoint([], took.SumSeconds, took.Counts));
        return set;
    }

    (MetricSet Set, GatewayStatus Status) OfEveryKind() => Of(
        File.ReadAllText(Repository.Path("tests/EdgeAgent.Tests/cases/status/every-kind/config.yaml"))
            .Replace("${DATA_DIR}", _directory, StringComparison.Ordinal));

    static (MetricSet Set, GatewayStatus Status) Of(string config)
    {
        var settings = ConfigReader.Read(config, "config.yaml").Settings!;
        using var gateway = new Gateway(settings, new MemoryStore(), new FakeClock(), new LogLines().Limiter);
        var status = gateway.Status();
        return (MetricReader.Read(status, [], new OtlpCounts()), status);
    }

    [GeneratedRegex(@"\b(edgeagent|process)_[a-z_]+")]
    private static partial Regex Name();
}
