using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>A fleet's manager as the native binary has it, at a mosquitto: what is signed gets to its topics, and what is not does
/// not.</summary>
public sealed class FleetManagerTests
{
    [Fact]
    public void A_manager_publishes_rolls_out_and_shows_the_fleet()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        string File(string name) => workspace[name];
        foreach (var role in (string[])["root", "config", "rollout"]) Good("fleet", "keygen", File(role + ".pem"));
        Good("fleet", "root", "init", "--key", File("root.pem"), "--config-key", File("config.pub.pem"), "--rollout-key",
            File("rollout.pub.pem"), "--out", File("root.json"));
        var plant = workspace.Write("plant.yaml", """
            sources: { plant: { type: mqtt, url: "mqtt://127.0.0.1:1", client_id: c,
                subscriptions: [{ topic: "s/{d}", decode: { format: json, value: $.v } }] } }
            pipelines: { all: { from: [plant], stages: [{ window: { tumbling: 10s, by: [d], aggregate: [count] } }], to: [out] } }
            outputs: { out: { type: console } }
            """);
        Good("fleet", "sign", plant, "--name", "line", "--version", "1", "--groups", "press", "--key", File("config.pem"), "--out",
            File("line-1.json"));
        workspace.Write("gateways.jsonl", "{\"id\":\"gw-a\",\"groups\":[\"press\"]}\n");
        var manager = workspace.Write("manager.yaml",
            $"url: mqtt://127.0.0.1:{broker.Port}\nroot: root.json\nkey: rollout.pem\ngateways: gateways.jsonl\n");
        (int Code, string Output) Fleet(params string[] arguments) => Agent.Command(["fleet", .. arguments, "--manager", manager]);

        Assert.Contains("document line 1", Fleet("publish", File("line-1.json")).Output);
        // A document that no config key signed stays here.
        workspace.Write("forged.json", System.IO.File.ReadAllText(File("line-1.json")).Replace("\"sig\":\"", "\"sig\":\"AAAA"));
        var (refused, why) = Fleet("publish", File("forged.json"));
        Assert.True(refused == 1, why);
        var plan = workspace.Write("plan.yaml", "group: press\ndocument: ./line-1.json\nwaves: [{ canary: gw-a }, { share: 100% }]\n");
        var (code, output) = Fleet("rollout", "start", plan, "--once", "--json");
        Assert.True(code == 0, output);
        Assert.Contains("\"event\":\"publish\"", output);
        using var status = JsonDocument.Parse(Fleet("status", "--json").Output);
        var target = status.RootElement.GetProperty("targets")[0].GetProperty("target");
        Assert.Equal("line-1", target.GetProperty("candidate").GetProperty("rollout").GetString());
        Assert.Equal("never", status.RootElement.GetProperty("gateways")[0].GetProperty("state").GetString());
        Assert.Contains("admitted: it is a canary", Fleet("explain", "gw-a").Output);
        Assert.Contains("press: target 2, rollout line-1 pause", Fleet("rollout", "pause", "press").Output);
        Assert.Contains("press: target 3, rollout line-1 abort", Fleet("rollout", "abort", "press").Output);
        Assert.Contains("rollout line-1, abort", Fleet("rollout", "status").Output);
    }

    static void Good(params string[] arguments)
    {
        var (code, output) = Agent.Command(arguments);
        Assert.True(code == 0, output);
    }
}
