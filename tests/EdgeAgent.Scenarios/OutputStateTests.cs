using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>What the status of the native binary says of outputs that have had nothing to send yet:
/// an installer leaves before the first window closes.</summary>
public sealed class OutputStateTests
{
    [Fact]
    public void Every_output_that_is_reached_is_connected_before_the_first_record()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var hook = new HttpHook().Up();
        using var agent = new Agent(Write(workspace, broker.Port, kafka.Brokers, $"http://127.0.0.1:{hook.Port}/alerts")).Start();
        var status = agent.WaitForStatus(s => States(s).All(o => o.State != "connecting"), "all outputs heard of");
        Assert.All(States(status), o => Assert.Equal((o.Name, "connected"), o));
        Assert.All(status.GetProperty("outputs").EnumerateArray(), o => Assert.Equal(0, o.Number("sent")));
        foreach (var (name, _) in States(status)) agent.WaitFor($"output {name}: connected");

        kafka.Down();
        agent.WaitForStatus(s => States(s).Contains(("kafka", "failing")), "the brokers' end");
        kafka.Up();
        agent.WaitForStatus(s => States(s).Contains(("kafka", "connected")), "the brokers' return");
        broker.Stop();
        agent.WaitForStatus(s => States(s).Contains(("mqtt", "failing")) && s.Output(1).TryGetProperty("next_try_s", out _),
            "the MQTT broker's end");
        broker.Start();
        agent.WaitForStatus(s => States(s).Contains(("mqtt", "connected")), "the MQTT broker's return");
        agent.Stop();
        agent.AssertNoErrors();
    }

    [Fact]
    public void An_output_that_is_not_reached_fails_says_why_and_recovers_without_a_record()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var hook = new HttpHook();
        File.WriteAllText(workspace["out"], "a file where a folder should be");
        using var agent = new Agent(
            Write(workspace, Workspace.FreePort(), $"127.0.0.1:{Workspace.FreePort()}", $"http://127.0.0.1:{hook.Port}/alerts")).Start();
        var status = agent.WaitForStatus(s => States(s).All(o => o.Name == "console" || o.State == "failing"), "all outputs' trouble");
        foreach (var (at, words) in new[] { (0, "Nothing listens on"), (1, "Nothing listens"), (2, "Nothing listens on"),
            (3, "cannot be written") })
            Assert.Contains(words, status.Output(at).Text("last_error"), StringComparison.OrdinalIgnoreCase);
        var (_, text) = Agent.Command("status", workspace["agent.yaml"]);
        Assert.Contains("Next try in", text, StringComparison.Ordinal);

        hook.Up();
        File.Delete(workspace["out"]);
        agent.WaitForStatus(s => States(s).Contains(("webhook", "connected")) && States(s).Contains(("file", "connected")),
            "the server's and the folder's return", 90);
        agent.Stop();
    }

    static (string Name, string State)[] States(System.Text.Json.JsonElement status) =>
        [.. status.GetProperty("outputs").EnumerateArray().Select(o => (o.Text("name"), o.Text("state")))];

    static string Write(Workspace workspace, int mqttPort, string brokers, string hook) => workspace.Write("agent.yaml", $$"""
        agent: { id: gw-test, data_dir: {{workspace["data"]}} }
        sources:
        {{Configuration.Source("plant", mqttPort, "gw-test")}}
        pipelines:
          p: { from: [plant], stages: [{ window: { tumbling: 1h, by: [device], aggregate: [mean], idle_timeout: 1h } }], to: [kafka, mqtt, webhook, file, console] }
        outputs:
          kafka: { type: kafka, brokers: ["{{brokers}}"], topic: edge.summaries }
          mqtt: { type: mqtt, url: "mqtt://127.0.0.1:{{mqttPort}}", topic: t }
          webhook: { type: webhook, url: "{{hook}}" }
          file: { type: file, path: {{workspace["out"]}}/records.jsonl }
          console: { type: console }

        """);
}
