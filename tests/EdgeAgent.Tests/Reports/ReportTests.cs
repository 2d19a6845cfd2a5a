using System.Text.Json;
using EdgeAgent.Reports;
using Xunit;

namespace EdgeAgent.Tests.Reports;

/// <summary>What was planted as a secret, a reading or a name from the plant is looked for in the report, and what helps is
/// there.</summary>
public sealed class ReportTests : IDisposable
{
    static readonly string[] s_planted =
    [
        "hunter2-mqtt", "hunter2-sasl", "hunter2-file", "hunter2-header", "hunter2-path", "hunter2-query",
        "hunter2-typo", "hunter2-comment", "press-4711", "hall-north", "98.765",
    ];

    readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Nothing_planted_is_in_it_and_what_helps_is()
    {
        var report = Write(Config(), Log());
        foreach (var planted in s_planted) Assert.DoesNotContain(planted, report, StringComparison.Ordinal);
        Assert.Contains("url: mqtts://broker.example:8883", report);
        Assert.Contains("password: ${file:", report);
        Assert.Contains("client_id: gw-1", report);
        Assert.Contains("type: kafka", report);
        Assert.Contains("max_size: 64MiB", report);
        Assert.Contains("EA1102", report); // the misspelt key
        Assert.Contains("source plant: connected to broker.example:8883", report);
        Assert.Contains("Counts at minute: readings 6000", report);
        Assert.Contains("kernel:", report);
        Assert.Contains("(not there: No agent answers at", report);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [b")]
    [InlineData("password: hunter2-mqtt")]
    [InlineData("- hunter2-mqtt\n- {hunter2: hunter2-mqtt}\n")]
    public void A_broken_configuration_gives_its_findings_and_nothing_away(string text)
    {
        var path = _directory.File("broken.yaml");
        File.WriteAllText(path, text);
        var report = Write(path, Log());
        Assert.DoesNotContain("hunter2-mqtt", report, StringComparison.Ordinal);
        Assert.Contains("EA", report);
    }

    [Fact]
    public void Without_a_configuration_and_a_log_it_is_written_all_the_same()
    {
        var report = Write(null, _directory.File("no.log"));
        Assert.Contains("=== LOG ===", report);
        Assert.Contains("no configuration was named", report);
    }

    [Fact]
    public void The_status_keeps_numbers_and_states_and_loses_names_from_the_plant()
    {
        using var json = JsonDocument.Parse("""
            {"agent":{"id":"gw-1","series":12},"sources":[{"name":"bus","state":"polling","failing":["press-4711"],
            "last_error":"source plant: press-4711/temperature: The number is 98.765. Payload: 98.765"},
            {"name":"plant","state":"waiting","last_error":"Nothing listens on broker:1883. Check the port and that the server runs."}],
            "outputs":[{"name":"central","last_rejection":"press-4711 is too large"}]}
            """);
        var text = StatusExcerpt.Of(json.RootElement);
        foreach (var planted in s_planted) Assert.DoesNotContain(planted, text, StringComparison.Ordinal);
        Assert.Contains("\"series\": 12", text);
        Assert.Contains("\"state\": \"waiting\"", text);
        Assert.Contains("Nothing listens on broker:1883.", text);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00+0000 gw edge-agent[1]: Stuck: source plant reads for 31 s now")]
    [InlineData("2026-01-01 00:00:00.123 WRN output central: Kafka does not let this user write")]
    [InlineData("edge-agent 0.2.0 runs as gw-1: sources 1, pipelines 1, outputs 1; started in 40 ms")]
    [InlineData("2026-01-01 00:00:00.123 WRN Fleet: a message on fleet/1/target/press is refused: bad-signature: a key does not fit")]
    [InlineData("2026-01-01 00:00:00.123 WRN Fleet: press-line.yaml:3:4  EA1102  sources: unknown key")]
    [InlineData("2026-01-01 00:00:00.123 ERR Fleet: values 3 cannot be kept, so they are not used: No space left on device")]
    public void Lines_about_the_agent_itself_stay_as_they_are(string line) => Assert.Equal(line, LogExcerpt.Line(line));

    string Write(string? config, string log)
    {
        using var to = new StringWriter();
        Report.Write(to, config, _directory.Path, log);
        return to.ToString();
    }

    string Config()
    {
        File.WriteAllText(_directory.File("password"), "hunter2-file\n");
        var path = _directory.File("config.yaml");
        File.WriteAllText(path, """
            # hunter2-comment
            agent: { id: gw-1, data_dir: /var/lib/edge-agent }
            sources:
              plant:
                type: mqtt
                url: mqtts://broker.example:8883
                client_id: gw-1
                username: gateway
                password: hunter2-mqtt
                pasword: hunter2-typo
                subscriptions: [{ topic: "plant/{device}", labels: { hall: hall-north }, decode: { value: $.value } }]
            pipelines:
              each:
                from: plant
                stages: [{ keep: { device: [press-4711] } }, { window: { tumbling: 10s, by: [device], aggregate: [mean] } }]
                to: central
            outputs:
              central:
                type: kafka
                brokers: "kafka.example:9093"
                topic: edge
                sasl: { mechanism: PLAIN, username: gw, password: hunter2-sasl }
              second:
                type: kafka
                brokers: "kafka.example:9093"
                topic: edge
                sasl: { mechanism: PLAIN, username: gw, password: "${file:password}" }
              pager:
                type: webhook
                url: "https://hook.example/hunter2-path?token=hunter2-query"
                headers: { Authorization: "Bearer hunter2-header" }
            buffer: { max_size: 64MiB }
            """);
        return path;
    }

    string Log()
    {
        var path = _directory.File("agent.log");
        File.WriteAllLines(path,
        [
            "2026-01-01 00:00:00.000 INF source plant: connected to broker.example:8883, the broker resumed the session",
            "2026-01-01 00:00:01.000 WRN source plant: plant/press-4711: There is no time at $.ts. Payload: {\"value\":98.765}",
            "2026-01-01 00:00:02.000 WRN pipeline each, device=press-4711: An event time is 3 days behind the watermark",
            "2026-01-01 00:00:03.000 WRN output central: a record will never be taken and is set aside: big. It begins: {\"v\":98.765}",
            "2026-01-01 00:00:04.000 WRN source bus: press-4711 does not answer (Timeout); it is tried less often until it does",
            "2026-01-01 00:00:05.000 INF source bus: command 7 \"setpoint\" 98.765: Ok",
            "2026-01-01 00:00:06.000 WRN output central: Kafka has no topic edge.press-4711. Create it; records wait",
            "2026-01-01 00:00:07.000 WRN output central: The connection to https://gw:hunter2-sasl@kafka.example ended",
            "2026-01-01T00:00:08+0000 gw edge-agent[812]: {\"pipeline\":\"each\",\"device\":\"press-4711\",\"mean\":98.765}",
            "{\"pipeline\":\"each\",\"device\":\"press-4711\",\"mean\":98.765}",
            "{\"time\":\"2026-01-01T00:01:00.000Z\",\"level\":\"warning\",\"message\":"
                + "\"pipeline each, device=press-4711: 98.765\",\"device\":\"press-4711\"}",
            "2026-01-01 00:01:00.000 INF Counts at minute: readings 6000, late 0",
        ]);
        return path;
    }
}
