using EdgeAgent.Native.Kafka;
using EdgeAgent.Outputs.Kafka;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Kafka;

/// <summary>What is known of how large records and batches of a topic may be, and for how long.</summary>
public sealed class KafkaLimitsTests
{
    readonly FakeClock _clock = new();
    readonly List<string> _asked = [];
    string? _limit;

    KafkaLimits Limits() => new(Answer, _clock);

    ClusterAnswer Answer(IReadOnlyList<string> topics)
    {
        _asked.AddRange(topics);
        var settings = new Dictionary<string, string>();
        if (_limit is not null) settings["max.message.bytes"] = _limit;
        return new ClusterAnswer([], [.. topics.Select(topic => new ClusterTopic(topic, 0, [], settings))], 0, "", []);
    }

    [Fact]
    public void The_smallest_refused_record_speaks_for_its_size_for_five_minutes()
    {
        var limits = Limits();
        Assert.Null(limits.RefusedBytes("t"));
        limits.RefusedRecord("t", 900);
        limits.RefusedRecord("t", 2000);
        Assert.Equal(900, limits.RefusedBytes("t"));
        Assert.Null(limits.RefusedBytes("other"));
        _clock.Pass(301);
        Assert.Null(limits.RefusedBytes("t"));
        // What has ended is not renewed with its old size: the limit may have been raised.
        limits.RefusedRecord("t", 2000);
        Assert.Equal(2000, limits.RefusedBytes("t"));
    }

    [Fact]
    public void A_limit_that_was_raised_is_noticed_while_records_are_set_aside_for_it()
    {
        _limit = "800";
        var limits = Limits();
        limits.Learn(["t"]);
        Assert.Equal(672, limits.BatchBytes);
        limits.RefusedRecord("t", 900);
        _clock.Pass(31);
        limits.Learn(["t"]);
        Assert.Equal(900, limits.RefusedBytes("t"));
        _limit = "100000";
        limits.Learn(["t"]);
        Assert.Equal(2, _asked.Count);
        _clock.Pass(31);
        limits.Learn(["t"]);
        Assert.Null(limits.RefusedBytes("t"));
        Assert.Equal(100_000 - 128, limits.BatchBytes);
        // Nothing is refused, so nothing is asked for.
        _clock.Pass(31);
        limits.Learn(["t"]);
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public void A_refused_batch_makes_batches_smaller_for_an_hour_where_the_cluster_does_not_tell()
    {
        var limits = Limits();
        limits.Learn(["t"]);
        Assert.Equal(KafkaLimits.LargestBatch, limits.BatchBytes);
        limits.RefusedBatch("t", 5000);
        Assert.Equal(5000, limits.BatchBytes);
        _clock.Pass(3601);
        Assert.Equal(KafkaLimits.LargestBatch, limits.BatchBytes);
        limits.RefusedBatch("t", 1);
        Assert.Equal(128, limits.BatchBytes);
    }
}
