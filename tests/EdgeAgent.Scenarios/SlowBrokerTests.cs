using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>A broker that is busy answers no ping for long while it sends: a reconnect would only make it slower.
/// One that never completes a packet is as good as dead.</summary>
public sealed class SlowBrokerTests
{
    // The agent gives a ping half a keep-alive.
    const int KeepAliveSeconds = 4;

    [Fact]
    public void A_broker_that_sends_and_answers_no_ping_is_alive()
    {
        using var workspace = new Workspace();
        using var broker = new ScriptedBroker { AnswersPings = false };
        using var agent = new Agent(Configure(workspace, broker.Port)).Start(waitUntilRuns: false);
        broker.Accept(isSessionPresent: false);
        agent.WaitFor("subscribed to");
        // Until a ping has been open for a whole keep-alive and messages came all the time.
        for (long m = 1, pingedMs = 0; pingedMs == 0 || Environment.TickCount64 - pingedMs < KeepAliveSeconds * 1000; m++)
        {
            if (pingedMs == 0 && broker.Pings > 0) pingedMs = Environment.TickCount64;
            Assert.True(broker.Send(ScriptedBroker.Publish("s/d0/m", $"{{\"ts\":{Configuration.StartMs + m},\"v\":{m}}}", (ushort)m)),
                "the agent closed: " + agent.Text);
            broker.WaitForAcknowledged((int)m, "one by one");
            Thread.Sleep(100);
        }

        Assert.False(broker.HasEnded || broker.HasAnotherConnection, agent.Text);
        agent.Kill();
    }

    [Fact]
    public void A_broker_that_dribbles_a_packet_it_never_completes_is_given_up()
    {
        using var workspace = new Workspace();
        using var broker = new ScriptedBroker();
        using var agent = new Agent(Configure(workspace, broker.Port)).Start(waitUntilRuns: false);
        broker.Accept(isSessionPresent: false);
        agent.WaitFor("subscribed to");
        broker.AnswersPings = false;
        // A PUBLISH of 100,000 bytes, one every 50 ms.
        broker.Send([0x32, 0xA0, 0x8D, 0x06]);
        var until = Environment.TickCount64 + 120_000;
        while (!broker.HasEnded && broker.Send([0]))
        {
            Assert.True(Environment.TickCount64 < until, "still connected after 120 s: " + agent.Text);
            Thread.Sleep(50);
        }

        broker.Accept(isSessionPresent: true);
        agent.Kill();
    }

    static string Configure(Workspace workspace, int port) => workspace.Write("agent.yaml", $$"""
        agent: { id: gw-slow, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            protocol: v3.1.1
            client_id: gw-slow
            keep_alive: {{KeepAliveSeconds}}s
            subscriptions: [ { topic: "s/{device}/m", qos: 1, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
        pipelines:
          all: { from: plant, to: readings }
        outputs:
          readings: { type: file, path: {{workspace["readings.jsonl"]}} }
        commit: { interval: 50ms }

        """);
}
