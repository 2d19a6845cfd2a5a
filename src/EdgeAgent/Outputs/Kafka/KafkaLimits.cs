using System.Globalization;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Native.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>How large a batch and a record of each topic may be: what the cluster says (<c>max.message.bytes</c>), as far as this user may
/// know, and what it has refused. Output thread.</summary>
/// <remarks>Unknown topics are asked for together, once; one that refuses something for its size is asked for again. What is learnt from
/// a refusal ends by itself, and when the cluster's word for the topic changes: a limit that was raised is noticed.</remarks>
/// <param name="ask">Asks the cluster for topics with their settings; null when it does not answer.</param>
/// <param name="clock">Says when it may be asked again, and how old a refusal is.</param>
sealed class KafkaLimits(Func<IReadOnlyList<string>, ClusterAnswer?> ask, IClock clock)
{
    /// <summary>librdkafka's own bound of a batch.</summary>
    public const int LargestBatch = 1_000_000;

    const int MaxTopicsAsked = 50;
    const int Margin = 128;

    /// <summary>How long a refused record speaks for others of its size, and a refused batch for other batches.</summary>
    static readonly TimeSpan s_recordFor = TimeSpan.FromMinutes(5), s_batchFor = TimeSpan.FromHours(1);

    static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(30);
    readonly Dictionary<string, long?> _bytes = [];
    readonly Dictionary<string, (long Bytes, MonotonicTime Until)> _records = [], _batches = [];
    readonly HashSet<string> _stale = [];
    MonotonicTime? _asked;

    /// <summary>How large a batch may be so that every topic takes it [bytes].</summary>
    public int BatchBytes
    {
        get
        {
            long least = LargestBatch;
            foreach (var limit in _bytes.Values) least = Math.Min(least, limit - Margin ?? LargestBatch);
            foreach (var (bytes, until) in _batches.Values) least = Math.Min(least, clock.Monotonic < until ? bytes : LargestBatch);
            return (int)Math.Max(least, Margin);
        }
    }

    /// <summary>Learns the limits of topics that are not known, or may have changed.</summary>
    public void Learn(IEnumerable<string> topics)
    {
        var unknown = topics.Where(topic => !_bytes.ContainsKey(topic) || _stale.Contains(topic)).Take(MaxTopicsAsked).ToArray();
        if (unknown.Length == 0 || _asked is { } asked && _bytes.Count > 0 && clock.Monotonic - asked < s_askAgain) return;
        _asked = clock.Monotonic;
        if (ask(unknown) is not { FailureCode: 0 } answer) return;
        foreach (var topic in answer.Topics)
        {
            if (topic.Code != 0) continue;
            var limit = Limit(topic.Settings);
            if (_bytes.TryGetValue(topic.Name, out var before) && before != limit) Forget(topic.Name);
            _bytes[topic.Name] = limit;
            // As long as something is set aside for its size the topic is asked for again.
            if (RefusedBytes(topic.Name) is null) _stale.Remove(topic.Name);
        }
    }

    /// <summary>The topic's limit may have changed.</summary>
    public void Doubt(string topic) => _stale.Add(topic);

    /// <summary>The topic has refused a record of this size that was alone in its batch.</summary>
    public void RefusedRecord(string topic, long bytes)
    {
        _records[topic] = (Math.Min(bytes, RefusedBytes(topic) ?? bytes), clock.Monotonic + s_recordFor);
        Doubt(topic);
    }

    /// <summary>The topic has refused a batch for its size whose records it takes alone; the next ones are to be no larger.</summary>
    public void RefusedBatch(string topic, long bytes)
    {
        _batches[topic] = (bytes, clock.Monotonic + s_batchFor);
        Doubt(topic);
    }

    /// <summary>The smallest size of a record that the topic has lately refused [bytes]; null when there is none.</summary>
    public long? RefusedBytes(string topic)
    {
        if (!_records.TryGetValue(topic, out var refused)) return null;
        if (clock.Monotonic < refused.Until) return refused.Bytes;
        _records.Remove(topic);
        return null;
    }

    /// <summary>What the topic has refused says nothing any more.</summary>
    public void Forget(string topic)
    {
        _records.Remove(topic);
        _batches.Remove(topic);
    }

    static long? Limit(IReadOnlyDictionary<string, string> settings) =>
        settings.TryGetValue("max.message.bytes", out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;
}
