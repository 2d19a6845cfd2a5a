using System.Text;
using Confluent.Kafka;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>Trouble of one topic holds its records alone, trouble of a batch repeats nothing, and what hits every record is no
/// record's fault.</summary>
public sealed class KafkaTopicTroubleTests : IDisposable
{
    const short Produce = 0;
    static readonly Lane s_lane = new("out", 0);
    readonly MockCluster _cluster = new(1);

    public void Dispose() => _cluster.Dispose();

    KafkaOutputSettings Settings(string topic) => new() { Name = "out", Brokers = [_cluster.Bootstrap], Topic = topic };

    KafkaOutput Output(string topic, OutputHealth? health = null, params (string Name, string Value)[] overrides) =>
        new(Settings(topic), "gw-1", health ?? new OutputHealth(new SystemClock()), overrides.ToDictionary(o => o.Name, o => o.Value));

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "Kafka has no topic b")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "write to topic b")]
    public void A_closed_topic_holds_its_own_records_alone_and_none_comes_twice(ErrorCode error, string sentence)
    {
        _cluster.CreateTopic("a", 2);
        _cluster.CreateTopic("b", 2);
        _cluster.SetTopicError("b", error);
        var store = new MemoryStore();
        var confirmations = new StoreConfirmations(store);
        var told = new List<(string Topic, string? Why)>();
        var wells = 0;
        var health = new OutputHealth(new SystemClock(), onWell: () => wells++)
        {
            OnHeld = (topic, why) =>
            {
                lock (told) told.Add((topic, why));
            },
        };
        var output = Output("{site}", health, ("topic.metadata.propagation.max.ms", "100"));
        using var pump = new OutputPump(output, [s_lane], store, confirmations, health,
            new PumpPace(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1))) { HeldWait = TimeSpan.FromMilliseconds(50) });
        var ids = new List<string>();
        Commit(store, ids, 40);
        pump.Start();
        Assert.True(confirmations.Wait(("out", 0), ("out>b", 20)));
        for (var i = 0; i < 5; i++)
        {
            Commit(store, ids, 8);
            pump.Wake();
        }

        Assert.True(confirmations.Wait(("out", 0), ("out>b", 40)));
        Assert.Equal((true, 40L, 40L), (health.Connected, pump.Status().HeldRecords, pump.Status().BacklogRecords));
        Assert.Contains(sentence, pump.Status().LastError);
        Assert.Equal(ids.Where(id => id.StartsWith('a')).Order(), Ids("a").Order());

        _cluster.SetTopicError("b", ErrorCode.NoError);
        Assert.True(confirmations.Wait(("out", 0), ("out>b", 0)));
        Commit(store, ids, 8);
        pump.Wake();
        Assert.True(confirmations.Wait(("out", 0), ("out>b", 0)));
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(ids.Where(id => id.StartsWith('a')).Order(), Ids("a").Order());
        AssertOnceInOrderOfKeys(ids.Where(id => id.StartsWith('b')), Ids("b"));
        Assert.Equal((0, 0), (confirmations.Rejects, wells));
        lock (told) Assert.All(told, t => Assert.Equal("b", t.Topic));
    }

    [Fact]
    public void Held_records_are_found_again_after_a_restart()
    {
        _cluster.CreateTopic("a", 1);
        _cluster.CreateTopic("b", 1);
        _cluster.SetTopicError("b", ErrorCode.UnknownTopicOrPart);
        var store = new MemoryStore();
        var confirmations = new StoreConfirmations(store);
        var ids = new List<string>();
        Commit(store, ids, 10);
        using (var pump = Pump())
        {
            pump.Start();
            Assert.True(confirmations.Wait(("out", 0), ("out>b", 5)));
        }

        _cluster.SetTopicError("b", ErrorCode.NoError);
        Commit(store, ids, 10);
        using (var pump = Pump())
        {
            pump.Start();
            Assert.True(confirmations.Wait(("out", 0), ("out>b", 0)));
        }

        AssertOnceInOrderOfKeys(ids.Where(id => id.StartsWith('b')), Ids("b"));

        OutputPump Pump()
        {
            var health = new OutputHealth(new SystemClock());
            var output = Output("{site}", health, ("topic.metadata.propagation.max.ms", "100"));
            return new OutputPump(output, [s_lane], store, confirmations, health,
                new PumpPace(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1))) { HeldWait = TimeSpan.FromMilliseconds(50) });
        }
    }

    [Theory]
    [InlineData(ErrorCode.InvalidRequiredAcks)]
    [InlineData(ErrorCode.MsgSizeTooLarge)]
    public void After_a_failure_what_was_delivered_is_not_sent_again(ErrorCode error)
    {
        _cluster.CreateTopic("t", 4);
        using var output = Output("t", null, ("linger.ms", "200"));
        var records = new Records(keys: 16);
        Assert.Equal(1, output.Send([records.Segment(16)], CancellationToken.None).Delivered);
        // The batch of one of four partitions is refused.
        _cluster.PushErrors(Produce, error);
        Segment[] segments = [records.Segment(20), records.Segment(20)];
        var report = output.Send(segments, CancellationToken.None);
        for (var tries = 0; report.Delivered < 2; tries++)
        {
            Assert.True(tries < 10);
            report = output.Send(segments[report.Delivered..], CancellationToken.None) is var next
                ? next with { Delivered = next.Delivered + report.Delivered }
                : next;
        }

        Assert.Empty(report.Rejected);
        Assert.Equal(records.Ids.Order(), Ids("t").Order());
    }

    [Theory]
    [InlineData(ErrorCode.InvalidRecord, "Set `key`", 150)]
    [InlineData(ErrorCode.PolicyViolation, "policy", 6)]
    [InlineData(ErrorCode.MsgSizeTooLarge, "max.message.bytes", 6)]
    public void A_rejection_of_every_record_sets_none_aside(ErrorCode error, string whatToDo, int count)
    {
        _cluster.CreateTopic("t", 1);
        using var output = Output("t", null, ("linger.ms", "5"));
        var records = new Records();
        _cluster.PushErrors(Produce, [.. Enumerable.Repeat(error, 2000)]);
        var segment = records.Segment(count);
        var report = output.Send([segment], CancellationToken.None);
        Assert.Equal((0, 0), (report.Delivered, report.Rejected.Count));
        Assert.Contains("takes none of the records for topic t", report.Failure);
        Assert.Contains(whatToDo, report.Failure);
        _cluster.ClearErrors(Produce);
        report = output.Send([segment], CancellationToken.None);
        Assert.Equal((1, 0, null), (report.Delivered, report.Rejected.Count, report.Failure));
        Assert.Equal(records.Ids.Order(), Ids("t").Order());
    }

    [Fact]
    public void A_topic_that_is_mended_while_the_record_is_looked_for_costs_none()
    {
        _cluster.CreateTopic("t", 1);
        using var output = Output("t", null, ("linger.ms", "20"));
        var records = new Records();
        const ErrorCode Refused = ErrorCode.InvalidRecord;
        _cluster.PushErrors(Produce, Refused, Refused, Refused, Refused);
        var report = output.Send([records.Segment(8)], CancellationToken.None);
        Assert.Equal((1, 0, null), (report.Delivered, report.Rejected.Count, report.Failure));
        Assert.Equal(records.Ids.Order(), Ids("t").Order());
    }

    [Fact]
    public async Task What_a_broker_answers_to_records_that_wait_is_said_and_ends_with_a_delivery()
    {
        _cluster.CreateTopic("t", 1);
        using var failed = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), _ => failed.Set());
        using var output = Output("t", health, ("retry.backoff.ms", "50"), ("retry.backoff.max.ms", "100"));
        var records = new Records();
        Assert.Equal(1, output.Send([records.Segment(1)], CancellationToken.None).Delivered);
        _cluster.PushErrors(Produce, [.. Enumerable.Repeat(ErrorCode.NotEnoughReplicas, 100_000)]);
        var sending = Task.Run(() => output.Send([records.Segment(5)], CancellationToken.None), TestContext.Current.CancellationToken);
        Assert.True(failed.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal((false, false), (health.Connected, sending.IsCompleted));
        Assert.Contains("Too few replicas of topic t are in step", health.LastError);
        Assert.Contains("5 records have been waiting", health.LastError);
        _cluster.ClearErrors(Produce);
        Assert.Equal(1, (await sending.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Delivered);
        Assert.True(health.Connected);
        Assert.Equal(records.Ids.Order(), Ids("t").Order());
    }

    [Fact]
    public async Task A_broker_that_answers_nothing_is_said()
    {
        _cluster.CreateTopic("t", 1);
        using var failed = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), _ => failed.Set());
        using var output = Output("t", health);
        var records = new Records();
        Assert.Equal(1, output.Send([records.Segment(1)], CancellationToken.None).Delivered);
        _cluster.SetRoundTrip(-1, 30_000);
        using var stop = new CancellationTokenSource();
        var sending = Task.Run(() => output.Send([records.Segment(5)], stop.Token), TestContext.Current.CancellationToken);
        Assert.True(failed.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        // The client may tell first that no broker answers.
        SpinWait.SpinUntil(() => health.LastError?.Contains("5 records have been waiting", StringComparison.Ordinal) == true, 60_000);
        Assert.Contains("5 records have been waiting", health.LastError);
        await stop.CancelAsync();
        await sending.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Reached_is_who_answers_where_the_cluster_says_not_who_was_asked_first()
    {
        _cluster.CreateTopic("t", 1);
        _cluster.Advertise(1, "127.0.0.1", 1);
        var result = KafkaProbe.Run(Settings("t"), "gw", TimeSpan.FromSeconds(5));
        Assert.Empty(result.Brokers);
        Assert.Contains("advertised.listeners", Assert.Single(result.Findings));
        using var down = new ManualResetEventSlim();
        var connected = false;
        var health = new OutputHealth(
            new SystemClock(), text => { if (text.Contains("advertised.listeners")) down.Set(); }, onFirst: () => connected = true,
            onWell: () => connected = true);
        using var output = Output("t", health);
        output.Open();
        Assert.True(down.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal((false, false), (connected, health.Connected));
    }

    /// <summary>Records for topics a and b by turns, of three keys each.</summary>
    static void Commit(IStore store, List<string> ids, int count)
    {
        var buffer = new LaneBuffer();
        for (var i = 0; i < count; i++)
        {
            var topic = i % 2 == 0 ? "a" : "b";
            var key = "k" + i % 3;
            ids.Add($"{topic}-{key}-{ids.Count}");
            buffer.Append(RecordKind.Summary, 1, topic, key, ids[^1], "{}"u8);
        }

        var batch = new CommitBatch { CutAtNs = 1 };
        batch.Records.Add((s_lane, count, buffer.Bytes.ToArray()));
        store.Commit(batch);
    }

    List<string> Ids(string topic) => KafkaTopic.Read(_cluster, topic).ConvertAll(record => record.Header("ce_id"));

    static void AssertOnceInOrderOfKeys(IEnumerable<string> sent, List<string> arrived)
    {
        var expected = sent.ToList();
        Assert.Equal(expected.Order(), arrived.Order());
        foreach (var key in new[] { "-k0-", "-k1-", "-k2-" })
            Assert.Equal(expected.Where(id => id.Contains(key)), arrived.Where(id => id.Contains(key)));
    }
}
