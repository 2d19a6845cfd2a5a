using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The disk of the data directory fills up and empties again.</summary>
public sealed class FullDiskTests
{
    const string OneSecond =
        "{ tumbling: 1s, by: [site, device, metric], aggregate: [count, min, max, sum, mean, stddev, first, last], idle_timeout: 1h }";

    [Fact]
    public void Nothing_is_acknowledged_on_a_full_disk_and_it_recovers_by_itself()
    {
        using var workspace = new Workspace();
        using var disk = new SmallDisk(workspace, 16);
        using var plant = OnDisk(disk, workspace);
        plant.Publish(1_000);
        plant.Publisher.Flush();
        plant.Agent.WaitForStatus(s => s.Source().Number("readings") == 1_000 && s.Source().Number("unacknowledged") == 0,
            "the readings before");
        // With Kafka away nothing leaves the outbox, so it has to grow.
        plant.Kafka.Down();
        disk.Fill();
        plant.Publish(12_000);
        plant.Close();

        plant.Agent.WaitFor("Nothing is acknowledged until a commit works again");
        var full = plant.Agent.WaitForStatus(s => s.GetProperty("commits").Number("failed") > 2 && s.Source().Number("unacknowledged") > 0,
            "a failing disk");
        Assert.NotEqual("", full.GetProperty("commits").Text("last_error"));
        var again = plant.Agent.WaitForStatus(
            s => s.GetProperty("commits").Number("failed") > full.GetProperty("commits").Number("failed") + 1, "more tries");
        Assert.Equal(full.GetProperty("commits").Number("done"), again.GetProperty("commits").Number("done"));
        Assert.True(again.Source().Number("unacknowledged") >= full.Source().Number("unacknowledged"));

        disk.Empty();
        plant.Agent.WaitFor("Commits work again");
        plant.Kafka.Up();
        plant.Judge(120);
        var status = plant.Agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0 && s.Output().Number("backlog_records") == 0,
            "everything acknowledged and confirmed");
        Assert.Equal(0, status.Output().Number("dropped"));
        plant.Agent.AssertNoErrors("Nothing is acknowledged");
        plant.Agent.Stop();
    }

    [Fact]
    public void Killed_on_a_full_disk_it_loses_nothing()
    {
        using var workspace = new Workspace();
        using var disk = new SmallDisk(workspace, 16);
        using var plant = OnDisk(disk, workspace);
        plant.Publish(1_000);
        plant.Publisher.Flush();
        plant.Kafka.Down();
        disk.Fill();
        plant.Publish(12_000);
        plant.Close();
        plant.Agent.WaitFor("Nothing is acknowledged until a commit works again");
        plant.Agent.Kill();
        disk.Empty();
        plant.Agent.Start();
        plant.Kafka.Up();
        plant.Judge(120);
        plant.Agent.AssertNoErrors();
        plant.Agent.Stop();
    }

    static Plant OnDisk(SmallDisk disk, Workspace workspace) => new(
        (w, b, k) => Configuration.Write(w, b, k, window: OneSecond, dataDir: Path.Combine(disk.Path, "data"),
            buffer: "{ max_size: 64MiB }"),
        windowMs: 1_000, workspace: workspace);
}
