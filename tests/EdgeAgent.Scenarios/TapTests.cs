using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Watching a running agent.</summary>
public sealed class TapTests
{
    [Fact]
    public void Taps_show_what_they_were_asked_for_and_disturb_nothing()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var config = Configuration.Write(workspace, broker, kafka,
            sources: Configuration.Source("plant", broker.Port, "gw-test") + "\n"
                + Configuration.Source("lab", broker.Port, "gw-lab", topic: "lab/{site}/{device}/{metric}"),
            pipelines: Configuration.Pipeline("summaries", "plant") + "\n" + Configuration.Pipeline("bench", "lab"));
        using var agent = new Agent(config).Start();
        agent.WaitFor("source plant: connected to");
        agent.WaitFor("source lab: connected to");
        using var source = new Child(Repository.Agent, ["tap", config, "--source", "lab"]);
        using var pipeline = new Child(Repository.Agent, ["tap", config, "--pipeline", "summaries"]);
        using var label = new Child(Repository.Agent, ["tap", config, "--label", "device=d3"]);
        using var stopped = new Child(Repository.Agent, ["tap", config]);
        stopped.Signal("STOP"); // a watcher that reads nothing more

        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        var lab = 0L;
        bool All() => source.OutputFrom(0).Count > 0
            && pipeline.OutputFrom(0).Any(l => l.StartsWith("{\"record\"", StringComparison.Ordinal)) && label.OutputFrom(0).Count > 0;
        for (var until = Environment.TickCount64 + 30_000; !All() && Environment.TickCount64 < until;)
        {
            sensors.Publish(publisher, 100);
            publisher.Publish("lab/p7/d9/temperature", Sensors.Payload(Configuration.StartMs + lab++, lab));
            publisher.Flush();
        }

        sensors.Publish(publisher, 2_000);
        sensors.Close(publisher);
        var records = kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => agent.Text + agent.Status());
        truth.Judge(records, Sensors.Group);
        Assert.NotEmpty(source.OutputFrom(0));
        Assert.All(Shown(source), l => Assert.Contains("\"reading\":\"lab\"", l, StringComparison.Ordinal));
        Assert.Contains(Shown(pipeline), l => l.StartsWith("{\"reading\":\"plant\"", StringComparison.Ordinal));
        Assert.Contains(Shown(pipeline), l => l.StartsWith("{\"record\":\"summary\"", StringComparison.Ordinal));
        Assert.DoesNotContain(Shown(pipeline),
            l => l.Contains("lab", StringComparison.Ordinal) || l.Contains("bench", StringComparison.Ordinal));
        Assert.All(Shown(label), l => Assert.Contains("\"device\":\"d3\"", l, StringComparison.Ordinal));
        Assert.Equal(sensors.Published + 8, agent.Status().Source().Number("readings"));

        var (code, text) = Agent.Command("status", config);
        Assert.Equal(0, code);
        Assert.Contains("SOURCES", text, StringComparison.Ordinal);
        stopped.Signal("CONT");
        agent.AssertNoErrors();
        agent.Stop();
        Assert.NotEqual(0, Agent.Command("status", config).Code);
    }

    static List<string> Shown(Child tap) => [.. tap.OutputFrom(0).Where(l => !l.StartsWith("{\"not_shown\"", StringComparison.Ordinal))];
}
