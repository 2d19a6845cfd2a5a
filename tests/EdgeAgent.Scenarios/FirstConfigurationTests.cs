using System.Globalization;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>From nothing to readings: what the agent hears of a broker becomes a configuration, and that gives summaries.</summary>
public sealed class FirstConfigurationTests
{
    [Fact]
    public void What_is_heard_becomes_a_configuration_that_checks_and_runs()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var config = workspace["learned.yaml"];
        var url = string.Create(CultureInfo.InvariantCulture, $"mqtt://127.0.0.1:{broker.Port}");
        using var publisher = new Publisher(broker.Port);
        using (var learn = new Child(Repository.Agent, ["learn", url, "--for", "5s", "--output", config]))
        {
            broker.WaitForLog("Sending SUBACK to edge-agent-learn");
            for (var i = 0; i < 20; i++)
            {
                publisher.Publish("sensors/p7/d1/temperature", Payload(i), qos: 0);
                publisher.Publish("sensors/p7/d2/temperature", Payload(i), qos: 0);
                publisher.Publish("odd/x", "\u001b[2J\u0001", qos: 0);
            }

            publisher.Publish("sensors/p7/d1/vibration", Payload(1), qos: 0);
            Assert.Equal(0, learn.WaitForEnd());
        }

        var text = File.ReadAllText(config);
        Assert.Contains("topic: \"sensors/{site}/{device}/{metric}\"", text, StringComparison.Ordinal);
        Assert.Contains("unit: ms", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
        var (code, said) = Agent.Command("learn", url, "--output", config);
        Assert.True(code == 1 && said.Contains("not overwritten", StringComparison.Ordinal), said);

        File.WriteAllText(config, text.Replace("/var/lib/edge-agent", workspace["data"], StringComparison.Ordinal));
        (code, said) = Agent.Command("check", "--connect", config);
        Assert.True(code == 0 && said.Contains("sensors/+/+/+ granted", StringComparison.Ordinal), said);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        publisher.Publish("sensors/p7/d1/temperature", Payload(7));
        publisher.Flush();
        agent.WaitFor("\"device\":\"d1\"", seconds: 90);
        agent.Stop();
        agent.AssertNoErrors();
    }

    static string Payload(int i) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"value\":{20 + i * 0.5},\"ts\":{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}}");
}
