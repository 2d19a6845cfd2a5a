using System.Text;
using Confluent.Kafka;
using EdgeAgent.Core.Records;
using EdgeAgent.KafkaPeer;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Kafka;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>Records that a broker refuses for their size in the midst of a transaction. The mock cluster shows aborted records, so what
/// arrives is judged by the window that was committed; the rest: <c>ExactlyOnceTests</c>.</summary>
public sealed class KafkaRefusalTests : IDisposable
{
    const short Produce = 0;
    const ErrorCode TooLarge = ErrorCode.MsgSizeTooLarge;
    static readonly Lane s_lane = new("out", 0);
    readonly MockCluster _cluster = new(1);
    readonly FakeClock _clock = new();
    readonly List<string> _aborted = [];
    long _number = 1;

    public KafkaRefusalTests()
    {
        _cluster.CreateTopic("t", 1);
        _cluster.CreateTopic("edgeagent.progress", 1);
    }

    public void Dispose() => _cluster.Dispose();

    // A batch is at most 1 KiB unless a test says otherwise; a large record is larger than that, and alone.
    KafkaOutput Output(long batch = 1024, int lingerMs = 5) => new(new KafkaOutputSettings
    {
        Name = "out", Brokers = [_cluster.Bootstrap], Topic = "t", ExactlyOnce = true, BatchBytes = batch,
        Linger = TimeSpan.FromMilliseconds(lingerMs), Compression = "none",
    }, "gw-1", new OutputHealth(onDetail: Note, clock: _clock));

    void Note(string line)
    {
        lock (_aborted)
            if (line.StartsWith("TXNERR: ", StringComparison.Ordinal)) _aborted.Add(line);
    }

    [Fact]
    public void One_that_was_alone_in_its_batch_goes_aside_by_one_refusal_and_the_next_as_large_without_any()
    {
        using var output = Output();
        Assert.Equal([], Send(output, "a", "b"));
        _cluster.PushErrors(Produce, TooLarge);
        Assert.Equal(["LARGE-1"], Send(output, Large(1), "c", "d", "e", "f", "g"));
        var refusals = Refusals();
        Assert.Equal(1, refusals);
        Assert.Equal(["LARGE-2", "LARGE-3"], Send(output, "h", Large(2), "i", Large(3)));
        Assert.Equal(refusals, Refusals());
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i"], Arrived().Distinct());
        // The mock takes what is larger: the limit was raised, and after some time it is tried again.
        _clock.Pass(301);
        Assert.Equal([], Send(output, "j", Large(4)));
        Assert.Equal([], Send(output, Large(5)));
        Assert.Contains(Large(5)[..7], Arrived());
    }

    [Fact]
    public void Among_others_in_a_batch_the_largest_is_tried_by_itself_and_the_rest_goes()
    {
        using var output = Output(batch: 1_000_000, lingerMs: 1000);
        Assert.Equal([], Send(output, "a"));
        // The window, then the largest by itself; the next is taken.
        _cluster.PushErrors(Produce, TooLarge, TooLarge);
        Assert.Equal(["LARGE-1"], Send(output, "b", Large(1), "c", "d", "e"));
        Assert.Equal(2, Refusals());
        Assert.Equal(["a", "b", "c", "d", "e"], Arrived().Distinct());
    }

    [Fact]
    public void A_batch_too_large_whose_records_are_not_makes_batches_smaller_and_sets_nothing_aside()
    {
        using var output = Output(batch: 1_000_000, lingerMs: 1000);
        Assert.Equal([], Send(output, "a"));
        _cluster.PushErrors(Produce, TooLarge);
        Assert.Equal([], Send(output, "b", "c", "d", "e"));
        Assert.Equal(1, Refusals());
        Assert.Equal(["a", "b", "c", "d", "e"], Arrived().Distinct());
    }

    [Fact]
    public void A_topic_that_takes_nothing_is_the_trouble_and_nothing_goes_aside()
    {
        using var output = Output();
        Find(output);
        _cluster.PushErrors(Produce, [.. Enumerable.Repeat(TooLarge, 40)]);
        var report = SendAll(output, Segment(Large(1)));
        Assert.Equal(0, report.Delivered);
        Assert.Empty(report.Rejected);
        Assert.Contains("Raise the topic's max.message.bytes", report.Failure);
    }

    [Fact]
    public void What_the_client_itself_does_not_take_goes_aside_without_a_refusal()
    {
        using var output = Output(batch: 1_000_000);
        Assert.Equal(["LARGE-1"], Send(output, "a", "LARGE-1" + new string('x', 1_000_000), "b"));
        Assert.Equal(0, Refusals());
        Assert.Equal(["a", "b"], Arrived());
    }

    static string Large(int n) => $"LARGE-{n}" + new string('x', 2000);

    int Refusals()
    {
        lock (_aborted) return _aborted.Count(line => line.Contains("MSG_SIZE_TOO_LARGE", StringComparison.Ordinal));
    }

    List<string> Arrived() => KafkaTopic.Read(_cluster, "t").ConvertAll(record => record.Header("ce_id"));

    Segment Segment(params string[] payloads)
    {
        var buffer = new LaneBuffer();
        foreach (var payload in payloads)
            buffer.Append(RecordKind.Summary, 0, "t", "k", payload[..Math.Min(payload.Length, 7)], Encoding.UTF8.GetBytes(payload));
        var segment = new Segment(s_lane, _number, payloads.Length, 0, buffer.Bytes.ToArray());
        _number += payloads.Length;
        return segment;
    }

    /// <summary>Sends a window until it is delivered; gives the fronts of what went aside.</summary>
    IEnumerable<string> Send(KafkaOutput output, params string[] payloads)
    {
        var report = SendAll(output, Segment(payloads));
        Assert.Equal((1, null), (report.Delivered, report.Failure));
        Assert.All(report.Rejected, record => Assert.Equal("too_large", record.Error));
        return report.Rejected.Select(record => Encoding.UTF8.GetString(record.Payload)[..7]);
    }

    // A client of another batch size is positioned first.
    static SendReport SendAll(KafkaOutput output, Segment segment)
    {
        for (var tries = 0; ; tries++)
        {
            if (!output.KnowsPositions) Find(output);
            var report = output.Send([segment], CancellationToken.None);
            if (report.Delivered > 0 || report.Failure is not null || tries == 5) return report;
        }
    }

    static void Find(KafkaOutput output) => Assert.Null(output.FindPositions("0a1b", CancellationToken.None).Failure);
}
