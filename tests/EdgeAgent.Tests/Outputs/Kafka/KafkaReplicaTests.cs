using EdgeAgent.Native.Kafka;
using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What a topic's replicas mean when a broker is missing.</summary>
public sealed class KafkaReplicaTests
{
    [Theory]
    [InlineData(3, 2, "")]
    [InlineData(1, 2, "one replica")]
    [InlineData(1, 1, "one replica")]
    [InlineData(3, 1, "min.insync.replicas 1")]
    [InlineData(2, 2, "as many replicas")]
    [InlineData(3, null, "")]
    public void Is_told(int replicas, int? least, string loss)
    {
        var settings = new Dictionary<string, string>();
        if (least is { } value) settings["min.insync.replicas"] = $"{value}";
        var topic = new ClusterTopic("t", 0, [new(0, 1, replicas, replicas), new(1, 2, 3, 3)], settings);
        var lines = KafkaProbe.Losses(topic);
        if (loss.Length == 0) Assert.Empty(lines);
        else Assert.Contains(loss, Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_that_is_not_there_is_told_elsewhere() =>
        Assert.Empty(KafkaProbe.Losses(new ClusterTopic("t", 3, [], new Dictionary<string, string>())));
}
