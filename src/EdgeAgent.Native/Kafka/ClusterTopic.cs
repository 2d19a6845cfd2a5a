namespace EdgeAgent.Native.Kafka;

/// <summary>A topic of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Code">Kafka's error code; 0 when it is there.</param>
/// <param name="Partitions">Its partitions.</param>
/// <param name="Settings">Its settings; empty when they were not asked for or the user may not read them.</param>
public sealed record ClusterTopic(string Name, int Code, IReadOnlyList<ClusterPartition> Partitions,
    IReadOnlyDictionary<string, string> Settings);
