using System.Diagnostics;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The agent may open no more files for a while: whatever needs one says so with the limit and what to do,
/// and all goes on when there are files again.</summary>
public sealed class OpenFilesTests
{
    [Fact]
    public void Without_a_file_to_open_nothing_ends_and_each_part_says_the_same()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var readings = new Readings(workspace);
        using var agent = new Agent(readings.Configure($$"""
            {{Configuration.Source("plant", broker.Port, "gw-data")}}
                  bus:
                    type: modbus
                    address: 127.0.0.1:{{Workspace.FreePort()}}
                    units: [{ unit: 1, device: d1, interval: 50ms, registers: [{ metric: n, address: 0, type: u32 }] }]
            """, ["plant", "bus"])).Start();
        agent.WaitFor("subscribed to");
        agent.WaitFor("cannot be reached");
        using var publisher = new Publisher(broker.Port);
        publisher.Publish("sensors/p7/d0/n", Sensors.Payload(Configuration.StartMs, 1));
        readings.WaitFor("d0", v => v.Count == 1, "the first reading", agent);

        Limit(agent, 3);
        File.Delete(workspace["readings.jsonl"]);
        publisher.Publish("sensors/p7/d0/n", Sensors.Payload(Configuration.StartMs + 1, 2));
        publisher.Flush();
        agent.WaitFor($"The file {workspace["readings.jsonl"]} cannot be written: this process has as many open files as it may (");
        var watcher = new Background(() => Agent.Command("status", workspace["agent.yaml"]));
        agent.WaitFor("takes nobody: this process has as many open files as it may (");
        // The bus is tried again meanwhile.
        agent.WaitForMore(5_000);
        Assert.False(agent.HasExited, agent.Text);

        Limit(agent, 1024);
        watcher.Join();
        agent.WaitFor("output here: works again");
        Assert.Contains("cannot be reached", agent.WaitForStatus(s => s.Source(1).Text("last_error").Contains("cannot be reached",
            StringComparison.Ordinal), "the bus tried again").Source(1).Text("last_error"), StringComparison.Ordinal);
        agent.AssertNoErrors();
        agent.Stop();
    }

    // Of the running process: what is open stays open.
    static void Limit(Agent agent, int files)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", agent.ProcessId.ToString(), $"--nofile={files}:"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }
}
