using Confluent.Kafka;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>The records of a window that is sent as a transaction, and which of them go aside. Output thread.</summary>
sealed class KafkaWindow(List<KafkaOutgoing> records)
{
    readonly Dictionary<string, (Error Error, int Count)> _verdicts = [];
    readonly SortedDictionary<int, RejectedRecord> _aside = [];

    /// <summary>All records, in order.</summary>
    public IReadOnlyList<KafkaOutgoing> Records => records;

    /// <summary>Places of the records that are to be delivered, in order.</summary>
    public int[] Places => [.. Enumerable.Range(0, records.Count).Where(place => !_aside.ContainsKey(place))];

    /// <summary>The records that go aside, by place.</summary>
    public IReadOnlyDictionary<int, RejectedRecord> Aside => _aside;

    /// <summary>Places aside that the topic for dead letters does not take: they are set aside in the database.</summary>
    public HashSet<int> Unburied { get; } = [];

    /// <summary>Whether dead letters are sent at all.</summary>
    public bool Buries { get; set; } = true;

    /// <summary>Topics that took a record of it in any of its transactions.</summary>
    public HashSet<string> Taken { get; } = [];

    /// <summary>What brokers said of records that are aside, the last of each topic, and how many those are.</summary>
    public IReadOnlyDictionary<string, (Error Error, int Count)> Verdicts => _verdicts;

    /// <summary>A record goes aside.</summary>
    /// <param name="place">Its place.</param>
    /// <param name="record">The record with the reason.</param>
    /// <param name="verdict">What a broker said of it, or of one like it; null when that was our own doing.</param>
    public void SetAside(int place, RejectedRecord record, Error? verdict)
    {
        _aside[place] = record;
        if (verdict is null || records[place].Topic is not { } topic) return;
        _verdicts[topic] = (verdict, _verdicts.GetValueOrDefault(topic).Count + 1);
    }
}
