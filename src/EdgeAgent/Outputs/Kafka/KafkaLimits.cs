using System.Globalization;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Native.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>What the cluster lets a batch of each topic be (<c>max.message.bytes</c>), as far as this user may know.
/// Output thread.</summary>
/// <remarks>Unknown topics are asked for together, once; a topic that refuses a batch for its size is asked for again.</remarks>
/// <param name="ask">Asks the cluster for topics with their settings; null when it does not answer.</param>
/// <param name="clock">Says when it may be asked again.</param>
sealed class KafkaLimits(Func<IReadOnlyList<string>, ClusterAnswer?> ask, IClock clock)
{
    /// <summary>librdkafka's own bound of a batch.</summary>
    public const int LargestBatch = 1_000_000;

    const int MaxTopicsAsked = 50;
    const int Margin = 128;
    static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(30);
    readonly Dictionary<string, long?> _bytes = [];
    MonotonicTime? _asked;

    /// <summary>How large a batch may be so that every topic takes it [bytes].</summary>
    public int BatchBytes => (int)Math.Clamp((_bytes.Values.Min() ?? long.MaxValue) - Margin, Margin, LargestBatch);

    /// <summary>Learns the limits of topics that are not known. True when <see cref="BatchBytes"/> has changed.</summary>
    public bool Learn(IEnumerable<string> topics)
    {
        var unknown = topics.Where(topic => !_bytes.ContainsKey(topic)).Take(MaxTopicsAsked).ToArray();
        if (unknown.Length == 0 || _asked is { } asked && _bytes.Count > 0 && clock.Monotonic - asked < s_askAgain) return false;
        _asked = clock.Monotonic;
        var before = BatchBytes;
        if (ask(unknown) is not { FailureCode: 0 } answer) return false;
        foreach (var topic in answer.Topics)
            if (topic.Code == 0) _bytes[topic.Name] = Limit(topic.Settings);
        return BatchBytes != before;
    }

    /// <summary>The topic has refused a batch for its size.</summary>
    public void Forget(string topic) => _bytes.Remove(topic);

    static long? Limit(IReadOnlyDictionary<string, string> settings) =>
        settings.TryGetValue("max.message.bytes", out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;
}
