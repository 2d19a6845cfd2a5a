using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's hostile topics: one publisher makes up topics,
/// the agent is ended and started under the memory limit of its unit file.</summary>
public sealed class HostileTopicsTests(ITestOutputHelper output)
{
    const long ServiceBytes = 256 << 20;

    [Fact]
    public void Levels_of_60_kB_cost_neither_a_start_nor_a_good_message() =>
        Run(new() { Junk = Junk.LongLevels, Messages = 2_000, RatePerSecond = 400, MemoryLimitBytes = ServiceBytes });

    [Fact]
    public void More_series_than_there_may_be_lock_no_sensor_out() =>
        Run(new()
        {
            Junk = Junk.ManySeries, Messages = 110_000, RatePerSecond = 15_000, Restarts = 1, IsKilled = false,
            MemoryLimitBytes = ServiceBytes, Seed = 2
        });

    void Run(HostileTopicsSettings settings)
    {
        using var workspace = new Workspace();
        var result = new HostileTopics(workspace, settings).Run();
        output.WriteLine(result.ToString());
        Assert.True(result.IsGood, result.ToString());
    }
}
