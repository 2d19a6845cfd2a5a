using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Tests.Storage;
using System.Collections.Concurrent;
using Confluent.Kafka;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>A client that reports nothing although the cluster is there, as was seen with a broker that had hung: it is replaced,
/// and only then.</summary>
public sealed class KafkaWatchdogTests : IDisposable
{
    static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);
    readonly MockCluster _cluster = new(1);
    readonly BlockingCollection<bool> _built = [];
    int _silent = 1;

    public KafkaWatchdogTests() => _cluster.CreateTopic("t", 1);

    public void Dispose() => _cluster.Dispose();

    KafkaOutput Output(OutputHealth? health = null, params (string Name, string Value)[] overrides) => new(
        new KafkaOutputSettings { Name = "out", Brokers = [_cluster.Bootstrap], Topic = "t" }, "gw-1",
        health ?? new OutputHealth(new SystemClock()),
        overrides.ToDictionary(o => o.Name, o => o.Value), new KafkaPatience(s_patience, s_patience), Build);

    IProducer<byte[]?, byte[]> Build(ProducerBuilder<byte[]?, byte[]> builder)
    {
        var isSilent = _silent-- > 0;
        _built.Add(isSilent);
        return isSilent ? new SilentProducer() : builder.Build();
    }

    [Fact]
    public async Task A_client_that_reports_nothing_while_the_cluster_answers_is_replaced_and_nothing_is_lost()
    {
        using var output = Output();
        var records = new Records();
        var segment = records.Segment(6);
        var report = await Task.Run(() => output.Send([segment], CancellationToken.None), TestContext.Current.CancellationToken)
            .WaitAsync(s_guard, TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (report.Delivered, report.Rejected.Count));
        Assert.Contains("reported nothing", report.Failure);
        SendUntilDelivered(output, segment);
        Assert.Equal(records.Ids, KafkaTopic.Read(_cluster, "t").Select(record => record.Header("ce_id")).Distinct());
        Assert.Equal([true, false], _built.Take(2));
    }

    [Fact]
    public async Task A_client_whose_queue_stays_full_is_replaced_as_well()
    {
        using var output = Output();
        SilentProducer.Room.Value = 2;
        var segment = new Records().Segment(6);
        var report = await Task.Run(() => output.Send([segment], CancellationToken.None), TestContext.Current.CancellationToken)
            .WaitAsync(s_guard, TestContext.Current.CancellationToken);
        Assert.Contains("reported nothing", report.Failure);
        SendUntilDelivered(output, segment);
    }

    // On a busy machine the new client, too, may need longer than this test's patience, which doubles.
    static void SendUntilDelivered(KafkaOutput output, Segment segment)
    {
        for (var tries = 0; output.Send([segment], CancellationToken.None).Delivered == 0; tries++) Assert.True(tries < 10);
    }

    [Fact]
    public async Task While_no_client_could_reach_the_cluster_the_old_one_is_kept()
    {
        _silent = 0;
        using var output = Output(null, ("reconnect.backoff.max.ms", "100"));
        var records = new Records();
        SendUntilDelivered(output, records.Segment(1));
        var built = _built.Count;
        _cluster.SetDown();
        var asked = new SemaphoreSlim(0);
        output.Asked += () => asked.Release();
        var sending = Task.Run(() => output.Send([records.Segment(3)], CancellationToken.None), TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++) Assert.True(await asked.WaitAsync(s_guard, TestContext.Current.CancellationToken));
        Assert.False(sending.IsCompleted);
        Assert.Equal(built, _built.Count);
        _cluster.SetUp();
        var report = await sending.WaitAsync(s_guard, TestContext.Current.CancellationToken);
        // Whoever is quicker after the cluster is back, the client or the question: nothing is lost, and repeats have equal ids.
        if (report.Delivered == 0) Assert.Contains("reported nothing", report.Failure);
    }

    [Fact]
    public async Task A_stop_while_the_queue_is_full_confirms_nothing_that_was_not_handed_over()
    {
        SilentProducer.Room.Value = 2;
        SilentProducer.Takes.Value = true;
        using var output = Output();
        using var stop = new CancellationTokenSource();
        _cluster.SetDown();
        var asked = new SemaphoreSlim(0);
        output.Asked += () => asked.Release();
        var sending = Task.Run(() => output.Send([new Records().Segment(6)], stop.Token), TestContext.Current.CancellationToken);
        Assert.True(await asked.WaitAsync(s_guard, TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        var report = await sending.WaitAsync(s_guard, TestContext.Current.CancellationToken);
        Assert.Equal((0, 0, null), (report.Delivered, report.Rejected.Count, report.Failure));
    }

    [Fact]
    public void Without_a_record_a_client_that_is_stuck_is_replaced_too()
    {
        using var well = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), onWell: well.Set);
        var output = Output(health);
        health.OnUnconnected("No Kafka broker can be reached.");
        using var pump = new OutputPump(output, [new Lane("out", 0)], new MemoryStore(), new Confirmations(), health,
            new PumpPace(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1))) { LookEvery = s_patience });
        pump.Start();
        Assert.True(well.Wait(s_guard, TestContext.Current.CancellationToken));
        Assert.Equal([true, false], _built);
    }

    [Fact]
    public void Each_replacement_that_did_not_help_doubles_the_patience()
    {
        var now = new MonotonicTime();
        var answers = true;
        var watch = new KafkaWatchdog(new KafkaPatience(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(150)), () => answers, () => now);
        Assert.False(IsStuckAfter(29_999, isAway: true));
        Assert.True(IsStuckAfter(30_000, isAway: true));
        Assert.False(IsStuckAfter(59_999, isAway: true));
        Assert.True(IsStuckAfter(60_000, isAway: true));
        watch.Progress();
        Assert.True(IsStuckAfter(30_000, isAway: true));
        watch.Progress();
        Assert.False(IsStuckAfter(149_999, isAway: false));
        Assert.True(IsStuckAfter(150_000, isAway: false));
        watch.Progress();
        answers = false;
        Assert.False(IsStuckAfter(10_000_000, isAway: true));
        answers = true;
        // It is asked once a patience, not at every look.
        Assert.False(watch.IsStuck(isAway: true));

        bool IsStuckAfter(long ms, bool isAway)
        {
            watch.Begin();
            now += TimeSpan.FromMilliseconds(ms);
            return watch.IsStuck(isAway);
        }
    }

    /// <summary>Takes records and says nothing of them ever, or takes a few at once and no more.</summary>
    sealed class SilentProducer : IProducer<byte[]?, byte[]>
    {
        public static readonly AsyncLocal<int> Room = new();
        public static readonly AsyncLocal<bool> Takes = new();
        readonly bool _takes = Takes.Value;
        readonly int _room = Room.Value == 0 ? int.MaxValue : Room.Value;
        int _taken;

        public Handle Handle => throw new NotSupportedException();

        public string Name => "silent";

        public void Produce(string topic, Message<byte[]?, byte[]> message, Action<DeliveryReport<byte[]?, byte[]>> deliveryHandler)
        {
            if (_taken++ >= _room)
                throw new ProduceException<byte[]?, byte[]>(new Error(ErrorCode.Local_QueueFull), new DeliveryResult<byte[]?, byte[]>());
            if (_takes) deliveryHandler(new DeliveryReport<byte[]?, byte[]> { Topic = topic, Error = new Error(ErrorCode.NoError) });
        }

        public void Produce(TopicPartition topicPartition, Message<byte[]?, byte[]> message,
            Action<DeliveryReport<byte[]?, byte[]>> deliveryHandler) => throw new NotSupportedException();

        public Task<DeliveryResult<byte[]?, byte[]>> ProduceAsync(string topic, Message<byte[]?, byte[]> message,
            CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<DeliveryResult<byte[]?, byte[]>> ProduceAsync(TopicPartition topicPartition, Message<byte[]?, byte[]> message,
            CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public int Poll(TimeSpan timeout) => 0;

        public int Flush(TimeSpan timeout) => 0;

        public void Flush(CancellationToken cancellationToken = default)
        {
        }

        public void InitTransactions(TimeSpan timeout) => throw new NotSupportedException();

        public void BeginTransaction() => throw new NotSupportedException();

        public void CommitTransaction(TimeSpan timeout) => throw new NotSupportedException();

        public void CommitTransaction() => throw new NotSupportedException();

        public void AbortTransaction(TimeSpan timeout) => throw new NotSupportedException();

        public void AbortTransaction() => throw new NotSupportedException();

        public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata,
            TimeSpan timeout) => throw new NotSupportedException();

        public int AddBrokers(string brokers) => throw new NotSupportedException();

        public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
