using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's outputs: brokers that answer nothing while their connections stay open,
/// and connections cut for moments.</summary>
public sealed class PausedKafkaTests(ITestOutputHelper output)
{
    [Fact]
    public void Brokers_that_pause_before_the_first_record_get_all_of_them_later() =>
        Run(new() { Fault = KafkaFault.Paused, IsIdleBefore = true, Partitions = 160 });

    [Fact]
    public void Killed_while_brokers_pause_the_agent_loses_and_repeats_nothing() =>
        Run(new() { Fault = KafkaFault.Paused, AgentEnd = AgentEnd.Killed, Seed = 2 });

    [Fact]
    public void Connections_cut_for_moments_lose_and_repeat_nothing() => Run(new() { Fault = KafkaFault.Cut, Seed = 3 });

    void Run(KafkaOutageSettings settings)
    {
        using var workspace = new Workspace();
        var result = new KafkaOutage(workspace, settings).Run();
        output.WriteLine(result.ToString());
        Assert.True(result.IsGood, result.ToString());
    }
}
