namespace EdgeAgent.Native.Kafka;

/// <summary>Which part of a partition is read, and how it is reached.</summary>
public sealed record PartitionQuestion
{
    /// <summary>Path or name of librdkafka.</summary>
    public required string Library { get; init; }

    /// <summary>librdkafka's options for a connection.</summary>
    public required IReadOnlyCollection<KeyValuePair<string, string>> Options { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition.</summary>
    public required int Partition { get; init; }

    /// <summary>Offset of the first record; one that is gone begins with the first there is.</summary>
    public long From { get; init; }

    /// <summary>How long to go on [ms].</summary>
    public required int TimeoutMs { get; init; }
}
