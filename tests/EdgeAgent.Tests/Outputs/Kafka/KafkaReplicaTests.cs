using EdgeAgent.Native.Kafka;
using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What a topic's replicas mean for records that are confirmed by all that are in step.</summary>
public sealed class KafkaReplicaTests
{
    [Theory]
    [InlineData(3, 3, 2, "", "")]
    [InlineData(1, 1, 2, "every record is refused", "one replica")]
    [InlineData(3, 1, 2, "records wait", "")]
    [InlineData(1, 1, 1, "", "one replica")]
    [InlineData(3, 3, 1, "", "min.insync.replicas 1")]
    [InlineData(2, 2, 2, "", "as many replicas")]
    [InlineData(3, 3, null, "", "")]
    public void Is_told(int replicas, int inSync, int? least, string refusing, string loss)
    {
        var answer = new ClusterAnswer(["k:9092"], 0, 0, "")
        {
            Partitions = 3, FewestReplicas = replicas, FewestInSync = inSync, MinInSync = least,
        };
        Has(refusing, KafkaProbe.Refusing(answer, "t"));
        Has(loss, KafkaProbe.Losses(answer, "t"));
    }

    [Fact]
    public void Partitions_without_a_leader_are_told() =>
        Has("2 of 3 partitions", KafkaProbe.Losses(new(["k:9092"], 0, 0, "") { Partitions = 3, FewestReplicas = 3, Leaderless = 2 }, "t"));

    static void Has(string part, IEnumerable<string> lines)
    {
        if (part.Length == 0) Assert.Empty(lines);
        else Assert.Contains(part, Assert.Single(lines), StringComparison.Ordinal);
    }
}
