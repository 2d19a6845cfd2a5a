using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The configuration changes over a restart.</summary>
public sealed class ChangeTests
{
    [Fact]
    public void Open_windows_of_old_settings_leave_once_as_partial_and_new_ones_begin_fresh()
    {
        using var plant = new Plant();
        var agent = plant.Agent;
        Truth before = plant.Truth, after = new(20_000);
        plant.Publish(1_000);
        plant.Publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("readings") == 1_000 && s.Source().Number("unacknowledged") == 0, "all readings");
        agent.Stop();

        Configuration.Write(plant.Workspace, plant.Broker, plant.Kafka,
            window: Configuration.Window.Replace("10s", "20s", StringComparison.Ordinal));
        agent.Start();
        agent.WaitFor("leave once as partial");
        // Killed just after: what left as partial must not leave again under another identity.
        agent.Kill();
        agent.Start();
        plant.Sensors.Feed(after);
        plant.Publish(1_000);
        plant.Close();

        static bool IsOld(KafkaRecord record)
        {
            using var json = JsonDocument.Parse(record.Value);
            return Truth.Ms(json.RootElement, "window_end") - Truth.Ms(json.RootElement, "window_start") == 10_000;
        }

        var records = plant.Kafka.WaitFor(r => before.IsReached([.. r.Where(IsOld)], Sensors.Group)
            && after.IsReached([.. r.Where(x => !IsOld(x))], Sensors.Group),
            "old and new summaries", hint: () => agent.Text);
        before.Judge([.. records.Where(IsOld)], Sensors.Group);
        after.Judge([.. records.Where(r => !IsOld(r))], Sensors.Group);
        var partial = records.DistinctBy(r => r.Id).Where(r => r.Value.Contains("\"partial\":true", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, partial.Count);
        Assert.All(partial, r => Assert.True(IsOld(r)));
        agent.AssertNoErrors();
        agent.Stop();
    }
}
