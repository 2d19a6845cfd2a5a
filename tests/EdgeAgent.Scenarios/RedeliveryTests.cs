using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Brokers differ in how they send again what was not acknowledged: ids, order, DUP, released messages. Whatever their habit, each
/// message counts once and each PUBLISH and PUBREL is answered once.</summary>
public sealed class RedeliveryTests
{
    /// <summary>Every habit, with a cut and with a kill.</summary>
    public static TheoryData<string, bool> AtLeastOnce => Of(BrokerHabit.AtLeastOnce);

    /// <inheritdoc cref="AtLeastOnce"/>
    public static TheoryData<string, bool> ExactlyOnce => Of(BrokerHabit.ExactlyOnce);

    [Theory]
    [MemberData(nameof(AtLeastOnce))]
    public void What_comes_again_at_QoS_1_counts_once(string habit, bool isAgentKilled) =>
        Check(BrokerHabit.AtLeastOnce.Single(h => h.Name == habit), isAgentKilled, qos: 1);

    [Theory]
    [MemberData(nameof(ExactlyOnce))]
    public void What_comes_again_at_QoS_2_counts_once(string habit, bool isAgentKilled) =>
        Check(BrokerHabit.ExactlyOnce.Single(h => h.Name == habit), isAgentKilled, qos: 2);

    static void Check(BrokerHabit habit, bool isAgentKilled, int qos)
    {
        using var workspace = new Workspace();
        var (lost, twice, wrong) = new RedeliverySession(workspace, habit, isAgentKilled, qos).Run();
        Assert.True((lost, twice) == (0, 0), $"lost {lost}, twice {twice}");
        Assert.Equal("", wrong);
    }

    static TheoryData<string, bool> Of(IReadOnlyList<BrokerHabit> habits) =>
        new(habits.SelectMany(h => new[] { false, true }.Select(k => (h.Name, k))));
}
