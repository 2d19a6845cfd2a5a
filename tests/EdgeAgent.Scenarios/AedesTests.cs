using System.Text;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The real aedes, which sends again with the same ids and never with DUP, behind a wire that swallows acknowledgements.</summary>
public sealed class AedesTests
{
    const int Messages = 2_000;
    const int NewMessages = 500;
    const int Devices = 20;
    readonly SeriesSums _truth = new();

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void What_comes_again_counts_once(int qos, bool isAgentKilled)
    {
        using var workspace = new Workspace();
        var port = Workspace.FreePort();
        using var broker = new Child("node", [Path.Combine(Repository.Root, "tests", "aedes", "broker.js"), port.ToString()],
            new Dictionary<string, string> { ["NODE_PATH"] = Path.Combine(Repository.Cache, "aedes", "node_modules") });
        broker.WaitFor(l => l == "listening", "aedes' start");
        using var wire = new Wire(port, seed: 1);
        using var agent = new Agent(RedeliverySession.Configure(workspace, wire.Port, "gw-aedes", qos)).Start();
        agent.WaitFor("subscribed to");

        wire.IsSwallowing = true;
        using var flood = new Flood(port, qos, mostOpen: 100);
        Publish(flood, 0, Messages);
        agent.WaitForStatus(_ => wire.Acknowledgements >= Messages, "all messages acknowledged", 120);
        if (isAgentKilled) agent.Kill();
        wire.Cut();
        wire.IsSwallowing = false;
        if (isAgentKilled) agent.Start(waitUntilRuns: false);
        agent.WaitFor("the broker resumed the session", 120);
        Publish(flood, Messages, NewMessages);
        // All is acknowledged before the readings that close the windows are there.
        agent.WaitForStatus(s => wire.Publishes >= 2 * Messages + NewMessages && s.Source().Number("unacknowledged") == 0,
            "all messages again, and the new ones", 120);
        for (var d = 0; d < Devices; d++) Publish(flood, d, Configuration.StartMs + 3_600_000, d);
        flood.Flush();
        var summaries = workspace["summaries.jsonl"];
        agent.WaitForStatus(_ => File.Exists(summaries) && File.ReadAllLines(summaries).Length >= Devices,
            "a summary of every device", 120);
        agent.Stop();
        Assert.Equal((0, 0), SeriesSums.OfSummaries(summaries).Compare(_truth));
    }

    void Publish(Flood flood, int first, int count)
    {
        for (var m = first; m < first + count; m++)
        {
            _truth.Add($"d{m % Devices}", 1, m);
            Publish(flood, m % Devices, Configuration.StartMs + m, m);
        }

        flood.Flush();
    }

    static void Publish(Flood flood, int device, long timeMs, int value) =>
        flood.Publish(Encoding.ASCII.GetBytes($"s/d{device}/m"), Encoding.ASCII.GetBytes($"{{\"ts\":{timeMs},\"v\":{value}}}"));
}
