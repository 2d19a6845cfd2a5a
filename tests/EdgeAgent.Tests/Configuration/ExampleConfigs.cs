using EdgeAgent.Configuration;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Configuration;

/// <summary>The configurations a user starts from: no finding, a modeline, and a dump that reads back to the same.</summary>
public sealed class ExampleConfigs
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Repository.Path("configs"), "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public ExampleConfigs() => Environment.SetEnvironmentVariable("KAFKA_PASSWORD", "example");

    [Theory, MemberData(nameof(Names))]
    public void Checks_without_a_finding(string name)
    {
        var result = ConfigReader.ReadFile(Repository.Path("configs/" + name));
        Assert.Empty(result.Findings);
        Assert.NotNull(result.Settings);
        Assert.StartsWith("# yaml-language-server: $schema=./edge-agent.schema.json\n",
            File.ReadAllText(Repository.Path("configs/" + name)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Dump_reads_back_to_the_same_dump(string name)
    {
        var first = Dump(ConfigReader.ReadFile(Repository.Path("configs/" + name)));
        var second = ConfigReader.Read(first, "dump.yaml");
        Assert.DoesNotContain(second.Findings, f => f.Severity == EdgeAgent.Core.Specs.Severity.Error);
        Assert.Equal(first, Dump(second));
    }

    [Fact]
    public void Plant_is_the_example_of_the_golden_case()
    {
        var example = ConfigReader.ReadFile(Repository.Path("tests/EdgeAgent.Tests/cases/config/example/config.yaml"));
        Assert.Equal(Dump(example), Dump(ConfigReader.ReadFile(Repository.Path("configs/plant.yaml"))));
    }

    [Fact]
    public void Plant_binds_every_value()
    {
        var settings = ConfigReader.ReadFile(Repository.Path("configs/plant.yaml")).Settings!;
        var source = Assert.IsType<MqttSourceSettings>(Assert.Single(settings.Sources));
        Assert.Equal(("plant", "127.0.0.1", 1883, 5, "gw-plant7-01", TimeSpan.FromDays(3), 1000),
            (source.Name, source.Broker.Host, source.Broker.Port, source.Broker.ProtocolVersion, source.Broker.ClientId,
                source.SessionExpiry, source.ReceiveMaximum));
        var subscription = Assert.Single(source.Subscriptions);
        var decode = Assert.IsType<JsonFormatSettings>(subscription.Decode);
        Assert.Equal(("sensors/{site}/{device}/{metric}", 1, "$.value", "$.ts", TimeUnit.Milliseconds),
            (subscription.Topic, subscription.Qos, decode.Fields[0].Path, decode.Time!.Path, decode.Time.Unit));
        var pipeline = Assert.Single(settings.Pipelines);
        Assert.Equal(["keep(metric:temperature|vibration)", "range", "deadband", "window"],
            pipeline.Stages.Select(s => s.Name == "keep" ? Keep(s) : s.Name));
        var window = Assert.IsType<WindowSettings>(pipeline.Stages[3]);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)),
            (window.Tumbling, window.OutOfOrder, window.AllowedLateness, window.IdleTimeout!.Value));
        Assert.Equal("Count, Min, Max, Mean, Stddev", window.Aggregate.ToString());
        var output = Assert.IsType<KafkaOutputSettings>(Assert.Single(settings.Outputs));
        Assert.Equal(("edge.summaries", "{site}/{device}", 64L << 20, TimeSpan.FromSeconds(1)),
            (output.Topic, output.Key, settings.Buffer.MaxSizeBytes, settings.Commit.Interval));
    }

    static string Keep(StageSettings stage)
    {
        var filter = (LabelFilterSettings)stage;
        return $"keep({string.Join(';', filter.Labels.Select(l => $"{l.Key}:{string.Join('|', l.Value)}"))})";
    }

    static string Dump(ConfigResult result)
    {
        using var writer = new StringWriter();
        EffectiveConfig.Write(result, "config.yaml", writer);
        // Without where each value comes from, which a second reading tells otherwise.
        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.Split("  # ")[0]));
    }
}
