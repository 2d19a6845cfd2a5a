using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Brokers differ in how they send again what was not acknowledged: ids, order, DUP. Whatever their habit, each message counts once and each PUBLISH is acknowledged once.</summary>
public sealed class RedeliveryTests
{
    /// <summary>Every habit, with a cut and with a kill.</summary>
    public static TheoryData<string, bool> Habits => new(BrokerHabit.All.SelectMany(h => new[] { false, true }.Select(k => (h.Name, k))));

    [Theory]
    [MemberData(nameof(Habits))]
    public void What_comes_again_counts_once(string habit, bool isAgentKilled)
    {
        using var workspace = new Workspace();
        var (lost, twice, acknowledgements) = new RedeliverySession(workspace, BrokerHabit.Of(habit), isAgentKilled).Run();
        Assert.True((lost, twice) == (0, 0), $"lost {lost}, twice {twice}");
        Assert.Equal("", acknowledgements);
    }
}
