using Confluent.Kafka;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

public sealed class KafkaProbeTests
{
    static readonly TimeSpan s_within = TimeSpan.FromSeconds(5);

    [Fact]
    public void Finds_brokers_and_topics()
    {
        using var cluster = new MockCluster(2);
        cluster.CreateTopic("there", 1);
        var settings = new KafkaOutputSettings { Name = "out", Brokers = cluster.Bootstrap.Split(','), Topic = "there" };
        var result = KafkaProbe.Run(settings, "gw", s_within);
        Assert.True(result.Findings.Count == 0, string.Join('|', result.Findings));
        Assert.Equal(cluster.Bootstrap.Split(',').Order(), result.Brokers.Order());

        cluster.SetTopicError("there", ErrorCode.TopicAuthorizationFailed);
        Assert.Contains("Grant Write", Assert.Single(KafkaProbe.Run(settings, "gw", s_within).Findings));
        cluster.SetTopicError("there", ErrorCode.UnknownTopicOrPart);
        Assert.Contains("Create it", Assert.Single(KafkaProbe.Run(settings, "gw", s_within).Findings));
        Assert.Empty(KafkaProbe.Run(settings with { Topic = "{site}" }, "gw", s_within).Findings);
    }

    [Fact]
    public void Says_when_nobody_answers_or_the_name_is_unknown()
    {
        var settings = new KafkaOutputSettings { Name = "out", Brokers = ["127.0.0.1:1"], Topic = "t" };
        var result = KafkaProbe.Run(settings, "gw", TimeSpan.FromSeconds(1));
        Assert.Empty(result.Brokers);
        Assert.Contains("127.0.0.1:1", Assert.Single(result.Findings));
        result = KafkaProbe.Run(settings with { Brokers = ["no-such-host.invalid:9092"] }, "gw", TimeSpan.FromSeconds(1));
        Assert.Contains("no-such-host.invalid", Assert.Single(result.Findings));
    }
}
