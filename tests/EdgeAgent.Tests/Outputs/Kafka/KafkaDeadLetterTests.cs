using Confluent.Kafka;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What a topic refuses for good goes to the topic for such, with its reason, or is set aside.</summary>
public sealed class KafkaDeadLetterTests : IDisposable
{
    static readonly Lane s_lane = new("out", 0);
    readonly MockCluster _cluster = new(1);

    public void Dispose() => _cluster.Dispose();

    KafkaOutput Output(params (string Name, string Value)[] overrides) => new(
        new() { Name = "out", Brokers = [_cluster.Bootstrap], Topic = "t", DeadLetterTopic = "dead", LateTopic = "late" }, "gw-1",
        new OutputHealth(new SystemClock()), overrides.ToDictionary(o => o.Name, o => o.Value));

    static Segment Segment()
    {
        var buffer = new LaneBuffer();
        buffer.Append(RecordKind.Alert, 0, "t", "k", "a", "1"u8);
        buffer.Append(RecordKind.Alert, 0, "not a topic", "k", "bad", "2"u8);
        buffer.Append(RecordKind.Late, 0, "late", "k", "old", "3"u8);
        return new Segment(s_lane, 11, 3, 0, buffer.Bytes.ToArray());
    }

    [Fact]
    public void A_dead_letter_tells_its_reason_and_keeps_key_identity_and_payload()
    {
        foreach (var topic in new[] { "t", "dead", "late" }) _cluster.CreateTopic(topic, 1);
        using var output = Output();
        var report = output.Send([Segment()], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        var rejected = Assert.Single(report.Rejected);
        Assert.Equal(("dead", "topic_name", 12), (rejected.DeadLetterTopic, rejected.Error, rejected.Number));
        var dead = Assert.Single(KafkaTopic.Read(_cluster, "dead"));
        Assert.Equal(("bad", "gw-1", "edgeagent.alert", "topic_name", "not a topic"), (dead.Header("ce_id"), dead.Header("ce_source"),
            dead.Header("ce_type"), dead.Header("edge_error"), dead.Header("edge_topic")));
        Assert.Contains("the topic's name", dead.Header("edge_error_message"));
        Assert.Equal(("k"u8.ToArray(), "2"u8.ToArray()), (dead.Message.Key!, dead.Message.Value), new BothBytes());
        Assert.Equal("a", Assert.Single(KafkaTopic.Read(_cluster, "t")).Header("ce_id"));
        var late = Assert.Single(KafkaTopic.Read(_cluster, "late"));
        Assert.Equal(("old", "edgeagent.late", "late"), (late.Header("ce_id"), late.Header("ce_type"), late.Header("edge_error")));
    }

    [Fact]
    public void What_the_topic_for_dead_letters_does_not_take_is_set_aside_and_holds_nothing()
    {
        foreach (var topic in new[] { "t", "dead", "late" }) _cluster.CreateTopic(topic, 1);
        _cluster.SetTopicError("dead", ErrorCode.TopicAuthorizationFailed);
        using var output = Output(("topic.metadata.propagation.max.ms", "100"));
        var report = output.Send([Segment()], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        var rejected = Assert.Single(report.Rejected);
        Assert.Null(rejected.DeadLetterTopic);
        Assert.Contains("topic dead did not take it", rejected.Reason);
        _cluster.SetTopicError("dead", ErrorCode.NoError);
        report = output.Send([Segment() with { FirstNumber = 21 }], CancellationToken.None);
        Assert.Equal("dead", Assert.Single(report.Rejected).DeadLetterTopic);
    }

    sealed class BothBytes : IEqualityComparer<(byte[], byte[])>
    {
        public bool Equals((byte[], byte[]) x, (byte[], byte[]) y) => x.Item1.SequenceEqual(y.Item1) && x.Item2.SequenceEqual(y.Item2);

        public int GetHashCode((byte[], byte[]) obj) => obj.Item1.Length;
    }
}
