using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What librdkafka is told.</summary>
public sealed class KafkaConfigTests
{
    [Fact]
    public void The_producer_gives_nothing_up_and_holds_little()
    {
        var config = KafkaConfig.Producer(new KafkaOutputSettings
        {
            Name = "out",
            Brokers = ["a:1", "b:2"],
            Topic = "t",
            QueueMemoryBytes = 4 << 20,
        }, "gw").ToDictionary();
        (string Name, string Value)[] held =
        [
            ("enable.idempotence", "true"), ("acks", "all"), ("message.timeout.ms", "0"), ("max.in.flight", "5"),
            ("queue.buffering.max.kbytes", "4096"),
            ("queue.buffering.max.messages", "4096"), ("compression.type", "lz4"), ("partitioner", "murmur2_random"),
            ("bootstrap.servers", "a:1,b:2"), ("security.protocol", "plaintext"),
        ];
        foreach (var (name, value) in held) Assert.Equal(value, config[name]);
        Assert.DoesNotContain("message.send.max.retries", config.Keys);
    }
}
