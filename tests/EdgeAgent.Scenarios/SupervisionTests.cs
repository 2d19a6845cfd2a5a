using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>What a service manager hears: outages go on being progress, a thread that hangs is named and the manager is asked to end
/// it.</summary>
public sealed class SupervisionTests
{
    [Fact]
    public void Broker_and_kafka_away_are_progress()
    {
        using var workspace = new Workspace();
        using var manager = new ServiceManager(workspace);
        using var agent = Start(workspace, manager);
        manager.WaitFor("READY=1\nSTATUS=0 of 1 sources connected");
        manager.WaitFor("WATCHDOG=1", times: 12); // more than twice the least patience
        Assert.Equal(0, manager.Count("trigger"));
        Assert.DoesNotContain(agent.Lines, l => l.Contains("Stuck: "));
        agent.Stop();
        manager.WaitFor("STOPPING=1");
    }

    [Theory]
    [InlineData("source plant")]
    [InlineData("commit")]
    [InlineData("output central")]
    [InlineData("output local")]
    public void A_thread_that_hangs_is_named_and_ends_the_agent(string name)
    {
        using var workspace = new Workspace();
        using var manager = new ServiceManager(workspace);
        using var agent = Start(workspace, manager);
        manager.WaitFor("WATCHDOG=1");
        using (new HeldThread(agent.ProcessId, name)) // a process with a held thread cannot end
        {
            var line = agent.WaitFor("Stuck: ", seconds: 180);
            Assert.Contains($"Stuck: {name} ", line);
            Assert.Contains("its thread: state t", line);
            manager.WaitFor("WATCHDOG=trigger");
        }

        Assert.Equal(1, manager.Count("trigger"));
        agent.Kill();
    }

    [Fact]
    public void A_process_that_is_stopped_as_a_whole_and_goes_on_is_left_alone()
    {
        using var workspace = new Workspace();
        using var manager = new ServiceManager(workspace);
        using var agent = Start(workspace, manager);
        manager.WaitFor("WATCHDOG=1");
        agent.Signal("STOP");
        Thread.Sleep(15_000); // longer than any loop may take
        var before = manager.Count("WATCHDOG=1");
        agent.Signal("CONT");
        manager.WaitFor("WATCHDOG=1", before + 3);
        Assert.Equal(0, manager.Count("trigger"));
        agent.Stop();
    }

    static Agent Start(Workspace workspace, ServiceManager manager)
    {
        var path = Path.Combine(workspace.Path, "supervised.yaml");
        File.WriteAllText(path, $$"""
            agent: { id: gw-supervised, data_dir: "{{Path.Combine(workspace.Path, "data")}}" }
            sources:
              plant:
                type: mqtt
                url: mqtt://127.0.0.1:1
                client_id: gw
                subscriptions: [{ topic: "plant/{device}", decode: { value: $.value } }]
            pipelines:
              each:
                from: plant
                stages: [{ window: { tumbling: 1s, by: [device], idle_timeout: 2s, aggregate: [count] } }]
                to: [central, local]
            outputs:
              central: { type: kafka, brokers: "127.0.0.1:1", topic: edge }
              local: { type: file, path: "{{Path.Combine(workspace.Path, "out.jsonl")}}" }
            """);
        return new Agent(path, environment: manager.Environment).Start();
    }
}
