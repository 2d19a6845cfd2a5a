using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>What the native binary logs for programs: not on a terminal, so JSON lines.</summary>
public sealed class LogTests
{
    [Fact]
    public void Without_a_terminal_every_line_is_JSON_the_last_one_counts_and_no_secret_is_in_any()
    {
        using var workspace = new Workspace();
        var config = workspace.Write("agent.yaml", $$"""
            agent: { id: gw-log, data_dir: {{workspace["data"]}} }
            sources:
              plant:
                type: mqtt
                url: mqtt://127.0.0.1:1
                client_id: gw-log
                username: operator
                password: ${env:SECRET}
                subscriptions: [{ topic: "s/{device}/{metric}", decode: { format: json, value: $.v, time: { path: $.ts } } }]
            pipelines: { p: { from: [plant], stages: [{ window: { tumbling: 10s, by: [device], aggregate: [mean], idle_timeout: 1h } }], to: [out] } }
            outputs: { out: { type: file, path: {{workspace["out.jsonl"]}} } }

            """);
        using var agent = new Child(Repository.Agent, ["run", config, "--verbose"],
            new Dictionary<string, string> { ["SECRET"] = "kaleidoscope" });
        agent.WaitFor(l => l.Contains("runs as", StringComparison.Ordinal), "the start");
        agent.WaitFor(l => l.Contains("127.0.0.1:1", StringComparison.Ordinal), "the broker that is not there");
        Assert.Equal(0, agent.Stop());

        var lines = agent.Lines.Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.All(lines, l => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", l.GetProperty("time").GetString()));
        Assert.Contains(lines, l => l.GetProperty("level").GetString() == "warning"
            && l.GetProperty("message").GetString()!.Contains("127.0.0.1:1", StringComparison.Ordinal));
        Assert.Equal("end", lines[^1].GetProperty("when").GetString());
        Assert.Equal(0, lines[^1].GetProperty("readings").GetInt64());
        Assert.DoesNotContain("kaleidoscope", agent.Text, StringComparison.Ordinal);
    }
}
