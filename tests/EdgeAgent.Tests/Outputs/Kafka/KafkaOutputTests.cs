using EdgeAgent.Clocks;
using EdgeAgent.Tests.Storage;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>Faults of a cluster against the Kafka output; the brokers are librdkafka's mock, over real sockets.</summary>
public sealed partial class KafkaOutputTests
{
    const short Produce = 0;
    static readonly Lane s_lane = new("out", 0);
    static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    static KafkaOutputSettings Settings(MockCluster cluster) => new() { Name = "out", Brokers = cluster.Bootstrap.Split(','), Topic = "t" };

    static KafkaOutput Output(MockCluster cluster, OutputHealth? health = null, params (string Name, string Value)[] overrides) =>
        new(Settings(cluster), "gw-1", health ?? new OutputHealth(new SystemClock()), overrides.ToDictionary(o => o.Name, o => o.Value));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Brokers_that_fail_lose_nothing_and_keep_the_order_of_a_key(int seed)
    {
        using var cluster = new MockCluster(3);
        cluster.CreateTopic("t", 4);
        var (random, failures, records, store) = (new Random(seed), new Random(seed + 10), new Records(keys: 17), new MemoryStore());
        ErrorCode[] passing =
        [
            ErrorCode.NotLeaderForPartition,
            ErrorCode.RequestTimedOut,
            ErrorCode.Local_Transport,
            ErrorCode.NotEnoughReplicasAfterAppend,
        ];
        var down = 0;
        // A fault with each confirmation: errors to produce, a new leader, or a broker away until the next confirmation.
        var confirmations = new Confirmations((_, _) =>
        {
            if (down != 0) cluster.SetUp(down);
            down = 0;
            switch (failures.Next(3))
            {
                case 0:
                    cluster.PushErrors(Produce, [.. Enumerable.Range(0, 3).Select(_ => passing[failures.Next(passing.Length)])]);
                    break;
                case 1:
                    cluster.SetLeader("t", failures.Next(4), 1 + failures.Next(3));
                    break;
                default:
                    cluster.SetDown(down = 1 + failures.Next(3));
                    cluster.SetUp(down);
                    break;
            }
        });
        for (var i = 0; i < 40; i++) records.Commit(store, random.Next(1, 80));
        using var pump = new OutputPump(
            Output(cluster, null, ("reconnect.backoff.max.ms", "200"), ("retry.backoff.ms", "20"), ("retry.backoff.max.ms", "100")),
            [s_lane], store, confirmations, new OutputHealth(new SystemClock()),
            new PumpPace(new Backoff(TimeSpan.Zero, TimeSpan.Zero, random)) { MaxWindowBytes = 20_000 });
        pump.Start();
        Assert.True(confirmations.Wait(s_lane, records.Ids.Count));
        Assert.True(pump.Stop(s_guard));

        var arrived = KafkaTopic.Read(cluster, "t");
        Assert.Empty(confirmations.Rejects);
        Assert.Equal(records.Ids.Order(), arrived.Select(record => record.Header("ce_id")).Distinct().Order());
        foreach (var key in arrived.GroupBy(record => Encoding.UTF8.GetString(record.Message.Key!)))
        {
            Assert.Single(key.Select(record => record.Partition).Distinct());
            Assert.Equal(records.Ids.Where(id => id.StartsWith(key.Key + "-", StringComparison.Ordinal)),
                key.Select(record => record.Header("ce_id")).Distinct());
        }
    }

    [Fact]
    public void Without_a_record_it_is_known_whether_a_broker_was_reached()
    {
        using var cluster = new MockCluster(1);
        using var first = new ManualResetEventSlim();
        using var down = new ManualResetEventSlim();
        using var well = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), _ => down.Set(), well.Set, onFirst: first.Set);
        using var output = Output(cluster, health, ("reconnect.backoff.max.ms", "200"));
        output.Open();
        Assert.True(first.Wait(s_guard));
        cluster.SetDown();
        Assert.True(down.Wait(s_guard));
        cluster.SetUp();
        Assert.True(well.Wait(s_guard));
        Assert.True(health.Connected);
    }

    [Fact]
    public async Task A_cluster_away_and_back_loses_nothing_and_a_stop_does_not_wait_for_it()
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var down = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), _ => down.Set());
        var records = new Records();
        using (var output = Output(cluster, health, ("reconnect.backoff.max.ms", "200")))
        {
            Assert.Equal(1, output.Send([records.Segment(10)], CancellationToken.None).Delivered);
            Assert.True(health.Connected);
            cluster.SetDown();
            var sending = Task.Run(() => output.Send([records.Segment(10)], CancellationToken.None));
            Assert.True(down.Wait(s_guard));
            Assert.Equal((false, false), (sending.IsCompleted, health.Connected));
            cluster.SetUp();
            Assert.Equal(1, (await sending.WaitAsync(s_guard)).Delivered);
            Assert.True(health.Connected);

            cluster.SetDown();
            using var stop = new CancellationTokenSource();
            sending = Task.Run(() => output.Send([records.Segment(10)], stop.Token));
            stop.Cancel();
            var stopped = await sending.WaitAsync(s_guard);
            Assert.Equal((0, null), (stopped.Delivered, stopped.Failure));
        }

        cluster.SetUp();
        Assert.Equal(records.Ids[..20], KafkaTopic.Read(cluster, "t").ConvertAll(record => record.Header("ce_id")));
    }

    [Fact]
    public void A_rejected_batch_is_halved_until_the_one_record_is_found()
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var output = Output(cluster, null, ("linger.ms", "200"));
        var records = new Records();
        // The segment of 4, its first half, and the first record alone are refused; the rest is taken; the first is refused again.
        const ErrorCode Refused = ErrorCode.MsgSizeTooLarge;
        cluster.PushErrors(Produce, Refused, Refused, Refused, ErrorCode.NoError, ErrorCode.NoError, Refused);
        var report = output.Send([records.Segment(4)], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        var rejected = Assert.Single(report.Rejected);
        Assert.Equal((1, records.Payloads[0]), (rejected.Number, Encoding.UTF8.GetString(rejected.Payload)));
        Assert.Equal(records.Ids[1..], KafkaTopic.Read(cluster, "t").ConvertAll(record => record.Header("ce_id")));
    }

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge)]
    [InlineData(ErrorCode.InvalidRecord)]
    [InlineData(ErrorCode.TopicException)]
    [InlineData(ErrorCode.PolicyViolation)]
    public void Only_what_no_broker_will_ever_take_is_set_aside(ErrorCode error)
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var output = Output(cluster, null, ("linger.ms", "200"));
        var records = new Records();
        // The segment, then its first half: one record alone. It is sent again once the topic has taken the other.
        cluster.PushErrors(Produce, error, error, ErrorCode.NoError, error);
        var report = output.Send([records.Segment(2)], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        Assert.Equal((1, records.Payloads[0]),
            (Assert.Single(report.Rejected).Number, Encoding.UTF8.GetString(report.Rejected[0].Payload)));
        Assert.Equal(records.Ids[1..], KafkaTopic.Read(cluster, "t").ConvertAll(record => record.Header("ce_id")));
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Grant Write")]
    [InlineData(ErrorCode.ClusterAuthorizationFailed, "Grant Write and Describe on topic t")]
    [InlineData(ErrorCode.InvalidTimestamp, "the gateway's clock")]
    [InlineData(ErrorCode.InvalidRequiredAcks, "Broker: Invalid required acks value")]
    public void All_else_holds_the_segment_whole_until_it_is_taken(ErrorCode error, string sentence)
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var output = Output(cluster);
        var records = new Records();
        var segment = records.Segment(5);
        cluster.PushErrors(Produce, error);
        var report = output.Send([segment], CancellationToken.None);
        Assert.Equal((0, 0), (report.Delivered, report.Rejected.Count));
        Assert.Contains(sentence, report.Failure);
        report = output.Send([segment], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        Assert.Equal(records.Ids, KafkaTopic.Read(cluster, "t").Select(record => record.Header("ce_id")).Distinct());
    }

    [Fact]
    public void What_can_never_be_sent_is_refused_before_it_holds_anything_up()
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var output = Output(cluster, null, ("message.max.bytes", "2000"));
        var buffer = new LaneBuffer();
        buffer.Append(RecordKind.Alert, 0, "t", null, "a", "1"u8);
        buffer.Append(RecordKind.Alert, 0, "t", null, "big", new byte[3000]);
        buffer.Append(RecordKind.Alert, 0, "not a topic", null, "bad", "2"u8);
        buffer.Append(RecordKind.Alert, 1_500_000_000, "t", "k", "b", "3"u8);
        var report = output.Send([new Segment(s_lane, 11, 4, 0, buffer.Bytes.ToArray())], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        Assert.Equal([12L, 13L], report.Rejected.Select(record => record.Number));
        var arrived = KafkaTopic.Read(cluster, "t");
        Assert.Equal(["a", "b"], arrived.Select(record => record.Header("ce_id")));
        Assert.Null(arrived[0].Message.Key);
        Assert.Equal(
            ("1.0", "gw-1", "edgeagent.alert", "1970-01-01T00:00:01.500Z", "application/json"),
            (arrived[1].Header("ce_specversion"), arrived[1].Header("ce_source"), arrived[1].Header("ce_type"),
                arrived[1].Header("ce_time"), arrived[1].Header("content-type")));
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Grant Write")]
    [InlineData(ErrorCode.UnknownTopicOrPart, "Create it")]
    public void A_topic_that_is_closed_holds_its_records_until_it_opens(ErrorCode error, string whatToDo)
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        cluster.SetTopicError("t", error);
        using var output = Output(cluster, null, ("topic.metadata.propagation.max.ms", "100"),
            ("topic.metadata.refresh.interval.ms", "200"));
        var records = new Records();
        var segment = records.Segment(5);
        var report = output.Send([segment], CancellationToken.None);
        Assert.Equal((0, 0), (report.Delivered, report.Rejected.Count));
        Assert.Contains(whatToDo, report.Failure);
        cluster.SetTopicError("t", ErrorCode.NoError);
        report = output.Send([segment], CancellationToken.None);
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        Assert.Equal(records.Ids, KafkaTopic.Read(cluster, "t").Select(record => record.Header("ce_id")).Distinct());
    }

    [Fact]
    public void A_write_that_is_forbidden_holds_the_segment_whole()
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var output = Output(cluster);
        var records = new Records();
        var (first, second) = (records.Segment(5), records.Segment(5));
        cluster.PushErrors(Produce, ErrorCode.TopicAuthorizationFailed);
        var report = output.Send([first, second], CancellationToken.None);
        Assert.Equal((0, 0), (report.Delivered, report.Rejected.Count));
        Assert.Contains("Grant Write", report.Failure);
        report = output.Send([first, second], CancellationToken.None);
        Assert.Equal((2, null), (report.Delivered, report.Failure));
        Assert.Equal(records.Ids, KafkaTopic.Read(cluster, "t").Select(record => record.Header("ce_id")).Distinct());
    }

    [Fact]
    public void A_fatal_producer_is_replaced()
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var output = Output(cluster, null, ("test.mock.num.brokers", "0"));
        var records = new Records();
        Assert.Equal(1, output.Send([records.Segment(1)], CancellationToken.None).Delivered);
        // An unknown sequence is the one thing an idempotent producer cannot mend (KIP-360 needs transactions).
        cluster.PushErrors(Produce, ErrorCode.OutOfOrderSequenceNumber, ErrorCode.OutOfOrderSequenceNumber);
        var segment = records.Segment(3);
        var report = output.Send([segment], CancellationToken.None);
        for (var tries = 0; report.Delivered == 0 && tries < 10; tries++) report = output.Send([segment], CancellationToken.None);
        Assert.Equal(1, report.Delivered);
        Assert.Equal(records.Ids, KafkaTopic.Read(cluster, "t").Select(record => record.Header("ce_id")).Distinct());
    }

    [Fact]
    public async Task The_queue_is_bounded_while_the_cluster_is_away()
    {
        const int Bound = 1000;
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        cluster.SetDown();
        using var full = new ManualResetEventSlim();
        var most = 0;
        var health = new OutputHealth(new SystemClock(), onDetail: line =>
        {
            if (!line.StartsWith('{') || !int.TryParse(QueuedCount().Match(line).Groups[1].ValueSpan, out var queued)) return;
            most = Math.Max(most, queued);
            if (queued >= Bound) full.Set();
        });
        var settings = Settings(cluster) with { QueueMemoryBytes = 1 << 20 };
        using var output = new KafkaOutput(settings, "gw", health, new Dictionary<string, string>
        {
            ["statistics.interval.ms"] = "20",
            ["reconnect.backoff.max.ms"] = "200",
        });
        var records = new Records();
        var sending = Task.Run(() => output.Send([records.Segment(5000)], CancellationToken.None));
        Assert.True(full.Wait(s_guard));
        Assert.False(sending.IsCompleted);
        cluster.SetUp();
        Assert.Equal(1, (await sending.WaitAsync(s_guard)).Delivered);
        Assert.InRange(most, Bound, 1024);
        Assert.Equal(5000, KafkaTopic.Read(cluster, "t").Count);
    }

    [Theory]
    [InlineData("none", 1.0, 10.0)]
    [InlineData("gzip", 0.0, 0.2)]
    [InlineData("snappy", 0.0, 0.2)]
    [InlineData("lz4", 0.0, 0.2)]
    [InlineData("zstd", 0.0, 0.2)]
    public void Batches_travel_compressed_as_set(string compression, double least, double most)
    {
        using var cluster = new MockCluster(1);
        cluster.CreateTopic("t", 1);
        using var told = new ManualResetEventSlim();
        double ratio = 0;
        var isCounted = true;
        OutputHealth? health = null;
        health = new OutputHealth(new SystemClock(), onDetail: line =>
        {
            if (!line.StartsWith('{')) return;
            using var statistics = JsonDocument.Parse(line);
            var (messages, sent) =
                (statistics.RootElement.GetProperty("txmsg_bytes").GetInt64(), statistics.RootElement.GetProperty("tx_bytes").GetInt64());
            if (messages < 1_000_000) return;
            ratio = (double)sent / messages;
            isCounted &= health!.Bytes.Out == sent && health.Bytes.In > 0;
            told.Set();
        });
        using var output = new KafkaOutput(Settings(cluster) with { Compression = compression }, "gw", health,
            new Dictionary<string, string> { ["statistics.interval.ms"] = "20", ["linger.ms"] = "100" });
        var buffer = new LaneBuffer();
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"site\":\"north\",\"device\":\"press-1\"}", 50)));
        for (var i = 0; i < 600; i++) buffer.Append(RecordKind.Summary, 0, "t", "k", $"id-{i}", payload);
        Assert.Equal(1, output.Send([new Segment(s_lane, 1, 600, 0, buffer.Bytes.ToArray())], CancellationToken.None).Delivered);
        for (var i = 0; i < 2; i++, Assert.True(told.Wait(s_guard))) told.Reset(); // the first may be of a moment before the end
        Assert.InRange(ratio, least, most);
        var arrived = KafkaTopic.Read(cluster, "t");
        Assert.Equal(600, arrived.Count);
        Assert.All(arrived, record => Assert.Equal(payload, record.Message.Value));
    }

    [Fact]
    public void Options_that_cannot_work_are_trouble_and_never_thrown()
    {
        var settings = new KafkaOutputSettings
        {
            Name = "out",
            Brokers = ["127.0.0.1:1"],
            Tls = new TlsSettings { CaFile = "/nowhere/ca.pem" },
        };
        using var output = new KafkaOutput(settings, "gw", new OutputHealth(new SystemClock()));
        output.Open();
        Assert.Contains("tls.ca_file", output.Send([new Records().Segment(1)], CancellationToken.None).Failure);
    }

    [Fact]
    public async Task A_secret_is_in_no_message()
    {
        var lines = new List<string>();
        using var cluster = new MockCluster(1);
        var settings = Settings(cluster)
            with { Sasl = new SaslSettings { Mechanism = "SCRAM-SHA-256", Username = "u", Password = new Secret("s3cr3t-word") } };
        using var refused = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), line => { Keep(line); refused.Set(); }, null, Keep);
        using (var output = new KafkaOutput(settings, "gw", health, new Dictionary<string, string> { ["debug"] = "security,broker,conf" }))
        {
            using var stop = new CancellationTokenSource();
            var sending = Task.Run(() => output.Send([new Records().Segment(1)], stop.Token));
            Assert.True(refused.Wait(s_guard));
            stop.Cancel();
            await sending.WaitAsync(s_guard);
        }

        lock (lines) Assert.DoesNotContain(lines, line => line.Contains("s3cr3t-word"));

        void Keep(string line)
        {
            lock (lines) lines.Add(line);
        }
    }

    [GeneratedRegex("\"msg_cnt\": ?(\\d+)")]
    private static partial Regex QueuedCount();
}
