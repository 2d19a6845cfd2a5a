using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The short form of the soak's cluster of three: brokers and the agent in trouble under load, at least once and exactly
/// once.</summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    [Fact]
    public void Brokers_and_the_agent_fall_and_come_back_and_every_reading_is_there_as_promised()
    {
        using var workspace = new Workspace();
        using var apache = new ApacheKafka(workspace, "--brokers", "3");
        apache.CreateTopic(ClusterRound.ProgressTopic, "--partitions", "4", "--config", "cleanup.policy=compact");
        Run([ClusterFault.BrokerKilled, ClusterFault.BrokerPaused, ClusterFault.AgentKilled], isExact: true);
        // Without a kill of the agent nothing may come twice.
        Run([ClusterFault.TooFewReplicas, ClusterFault.Partitions], isExact: false);

        void Run(IReadOnlyList<ClusterFault> faults, bool isExact)
        {
            using var round = new Workspace();
            var result = new ClusterRound(round, apache, new() { Faults = faults, IsExact = isExact, LongestPause = 1 }).Run();
            output.WriteLine(result.ToString());
            Assert.True(result.IsGood, result.ToString());
        }
    }
}
