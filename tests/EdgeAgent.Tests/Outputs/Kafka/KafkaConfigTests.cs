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

    [Fact]
    public void Brokers_that_are_away_are_tried_by_a_growing_wait_and_what_a_person_sets_wins()
    {
        var settings = new KafkaOutputSettings { Name = "out", Brokers = ["a:1"], Topic = "t" };
        var own = settings with
        {
            Properties = new Dictionary<string, string> { ["reconnect.backoff.max.ms"] = "2000", ["enable.sparse.connections"] = "true" },
        };
        IReadOnlyDictionary<string, string>[] given =
            [KafkaConfig.Producer(settings, "gw").ToDictionary(), KafkaConfig.Connection(settings, "gw").ToDictionary()];
        IReadOnlyDictionary<string, string>[] set =
            [KafkaConfig.Producer(own, "gw").ToDictionary(), KafkaConfig.Connection(own, "gw").ToDictionary()];
        Assert.All(given, config => Assert.Equal(("false", "10000"),
            (config["enable.sparse.connections"], config["reconnect.backoff.max.ms"])));
        Assert.All(set, config => Assert.Equal(("true", "2000"),
            (config["enable.sparse.connections"], config["reconnect.backoff.max.ms"])));
    }

    [Fact]
    public void What_a_producer_would_not_start_with_is_told_without_one_and_without_a_broker()
    {
        var settings = new KafkaOutputSettings { Name = "out", Brokers = ["127.0.0.1:1"], Topic = "t", ExactlyOnce = true };
        Assert.Null(KafkaConfig.WhyNot(settings, "gw"));
        // No single option is wrong.
        var odd = settings with { Properties = new Dictionary<string, string> { ["reconnect.backoff.max.ms"] = "50" } };
        Assert.Contains("reconnect.backoff.max.ms", KafkaConfig.WhyNot(odd, "gw"));
        var finding = Assert.Single(KafkaProbe.Run(odd, "gw", TimeSpan.FromSeconds(5)).Findings);
        Assert.Contains("does not start: `reconnect.backoff.max.ms` must be", finding);
    }
}
