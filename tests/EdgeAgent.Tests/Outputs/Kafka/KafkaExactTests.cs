using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Records;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>Windows as transactions, as far as the mock cluster goes: it shows aborted records. The rest:
/// <c>ExactlyOnceTests</c>.</summary>
public sealed class KafkaExactTests : IDisposable
{
    static readonly Lane s_lane = new("out", 0);
    readonly MockCluster _cluster = new(1);

    public KafkaExactTests()
    {
        _cluster.CreateTopic("t", 1);
        _cluster.CreateTopic("edgeagent.progress", 4);
    }

    public void Dispose() => _cluster.Dispose();

    KafkaOutput Output(OutputHealth? health = null) =>
        new(new() { Name = "out", Brokers = [_cluster.Bootstrap], Topic = "t", ExactlyOnce = true }, "gw-1",
            health ?? new OutputHealth(new SystemClock()));

    [Fact]
    public void A_window_carries_its_position_and_the_next_process_reads_it()
    {
        var records = new Records();
        using (var output = Output())
        {
            Assert.Empty(Find(output).Through);
            Assert.Equal((2, null), Send(output, records.Segment(5), records.Segment(3)));
            Assert.Equal((1, null), Send(output, records.Segment(2)));
        }

        Assert.Equal(records.Ids, KafkaTopic.Read(_cluster, "t").ConvertAll(record => record.Header("ce_id")));
        var position = KafkaTopic.Read(_cluster, "edgeagent.progress")[^1].Message;
        Assert.Equal("gw-1/out/0a1b", Encoding.UTF8.GetString(position.Key!));
        using var value = JsonDocument.Parse(position.Value);
        Assert.Empty(RecordSchema.Read(Repository.Path("configs/central/schemas/progress.schema.json")).Judge(value.RootElement));
        using var second = Output();
        Assert.Equal([new(s_lane, 10)], Find(second).Through);
        Assert.Empty(Find(second, "ffff").Through);
    }

    [Fact]
    public void A_topic_for_positions_that_is_missing_is_told_with_what_to_do()
    {
        _cluster.SetTopicError("edgeagent.progress", ErrorCode.UnknownTopicOrPart);
        using var output = Output();
        var report = output.FindPositions("0a1b", CancellationToken.None);
        Assert.Contains("Create it with cleanup.policy=compact", report.Failure);
        Assert.Equal(report.Failure, output.FindPositions("0a1b", CancellationToken.None).Failure);
        Assert.False(output.KnowsPositions);
    }

    [Fact]
    public void A_dead_letter_is_in_the_transaction_and_one_that_its_topic_refuses_is_set_aside_with_the_position()
    {
        _cluster.CreateTopic("dead", 1);
        var buffer = new LaneBuffer();
        buffer.Append(RecordKind.Alert, 0, "t", "k", "a", "1"u8);
        buffer.Append(RecordKind.Alert, 0, "not a topic", "k", "bad", "2"u8);
        var settings = new KafkaOutputSettings
        {
            Name = "out", Brokers = [_cluster.Bootstrap], Topic = "t", ExactlyOnce = true, DeadLetterTopic = "dead",
        };
        using (var output = new KafkaOutput(settings, "gw-1", new OutputHealth(new SystemClock()),
            new Dictionary<string, string> { ["topic.metadata.propagation.max.ms"] = "100" }))
        {
            Find(output);
            var buried = SendAll(output, new Segment(s_lane, 1, 2, 0, buffer.Bytes.ToArray()));
            Assert.Equal((1, "dead", "topic_name"), (buried.Delivered, buried.Rejected[0].DeadLetterTopic, buried.Rejected[0].Error));
            Assert.Equal("bad", Assert.Single(KafkaTopic.Read(_cluster, "dead")).Header("ce_id"));
            _cluster.SetTopicError("dead", ErrorCode.TopicAuthorizationFailed);
            var aside = SendAll(output, new Segment(s_lane, 3, 2, 0, buffer.Bytes.ToArray()));
            // The client may give up the window for what befell the dead letter; the pump then tries it again.
            for (var tries = 0; aside.Delivered == 0 && tries < 10; tries++)
                aside = SendAll(output, new Segment(s_lane, 3, 2, 0, buffer.Bytes.ToArray()));
            Assert.Equal((1, null, 4), (aside.Delivered, aside.Rejected[0].DeadLetterTopic, aside.Rejected[0].Number));
        }

        using var second = Output();
        var found = Find(second);
        Assert.Equal([new(s_lane, 4)], found.Through);
        Assert.Equal(4, Assert.Single(found.Asides).Number);
    }

    [Fact]
    public void A_position_is_written_and_read_with_lanes_and_records_set_aside()
    {
        var progress = new KafkaProgress("gw-1", "out", "0a1b");
        Assert.InRange(progress.PartitionOf(50), 0, 49);
        var (raw, held) = (new Lane("out", -1), new Lane("out", 1).Held("b"));
        var next = progress.With([new Segment(s_lane, 1, 7, 0, []), new Segment(raw, 4, 2, 0, []), new Segment(held, 1, 1, 0, [])],
            [new RejectedRecord(s_lane, 3, "too \"odd\"", [])]);
        Assert.Empty(progress.Report.Through);
        using var value = JsonDocument.Parse(next.Value());
        Assert.Empty(RecordSchema.Read(Repository.Path("configs/central/schemas/progress.schema.json")).Judge(value.RootElement));
        Assert.True(progress.TryRead(next.Value()));
        Assert.Equal(new Dictionary<Lane, long> { [s_lane] = 7, [raw] = 5, [held] = 1 }, progress.Report.Through);
        Assert.Equal([new AsideRecord(s_lane, 3, "too \"odd\"")], progress.Report.Asides);
        foreach (var wrong in new[] { "", "[]", "{}", "{\"lanes\":{\"x\":1}}", "{\"lanes\":{\"0\":\"1\"}}" })
            Assert.False(progress.TryRead(Encoding.UTF8.GetBytes(wrong)));
    }

    static PositionReport Find(KafkaOutput output, string store = "0a1b")
    {
        var report = output.FindPositions(store, CancellationToken.None);
        Assert.Null(report.Failure);
        return report;
    }

    static (int Delivered, string? Failure) Send(KafkaOutput output, params Segment[] segments)
    {
        var report = SendAll(output, segments);
        return (report.Delivered, report.Failure);
    }

    // A client of the topic's batch size, or one whose topic was in trouble, is positioned first.
    static SendReport SendAll(KafkaOutput output, params Segment[] segments)
    {
        for (var tries = 0; ; tries++)
        {
            // As the pump does: after a transaction that was given up, what is confirmed is asked for first.
            if (!output.KnowsPositions) Find(output);
            var report = output.Send(segments, CancellationToken.None);
            if (report.Delivered > 0 || report.Failure is not null || output.KnowsPositions || tries == 3) return report;
        }
    }
}
