using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>A changed configuration in a running agent.</summary>
public sealed class ReloadTests
{
    [Fact]
    public void Random_reloads_under_load_lose_nothing_count_nothing_twice_and_reconnect_only_what_changed()
    {
        using var workspace = new Workspace();
        var result = new ReloadStorm(workspace, new()).Run();
        TestContext.Current.SendDiagnosticMessage(result.ToString());
        Assert.True(result.IsGood, result.ToString());
    }

    [Fact]
    public void A_signal_during_the_start_ends_nothing()
    {
        using var plant = new Plant();
        for (var i = 0; i < 5; i++)
        {
            plant.Agent.Stop();
            plant.Agent.Start(waitUntilRuns: false);
            var open = $"/proc/{plant.Agent.ProcessId}/fd";
            while (!Directory.Exists(open) || !Directory.GetFiles(open).Any(IsDatabase)) Thread.Sleep(1);
            plant.Agent.Signal("HUP");
            plant.Agent.WaitFor(" runs as ");
        }

        plant.Agent.Stop();

        static bool IsDatabase(string link) => new FileInfo(link).LinkTarget?.EndsWith("edge-agent.db", StringComparison.Ordinal) == true;
    }

    [Fact]
    public void A_broken_file_changes_nothing_and_the_next_good_one_is_taken_by_a_signal()
    {
        using var plant = new Plant();
        var agent = plant.Agent;
        var config = agent.Config;
        var good = File.ReadAllText(config);

        File.WriteAllText(config, good.Replace("interval: 200ms", "interval: 200"));
        var (code, output) = Agent.Command("reload", config);
        Assert.Equal(78, code);
        Assert.Contains("EA1108", output);
        Assert.Contains("the old one runs on", output);
        File.WriteAllText(config, good.Replace("id: gw-test", "id: gw-other"));
        (code, output) = Agent.Command("reload", config);
        Assert.Equal(78, code);
        Assert.Contains("agent.yaml:2:7  EA1318  agent.id: ", output);

        File.WriteAllText(config, good.Replace("interval: 200ms", "interval: 100ms"));
        (code, output) = Agent.Command("reload", config, "--dry-run");
        Assert.True(code == 0 && output.Contains("~ commit (interval): taken over"), output);
        for (var i = 0; i < 50; i++) agent.Signal("HUP");
        agent.WaitFor("The new configuration runs");
        agent.WaitForStatus(s => s.TryGetProperty("reload", out var r) && r.Number("applied") >= 1, "the reload in the status");
        (code, output) = Agent.Command("reload", config);
        Assert.True(code == 0 && output.Contains("runs already"), output);
        Assert.Equal(1, agent.Status().Source().Number("connections"));
        agent.Stop();
    }
}
