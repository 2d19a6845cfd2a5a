namespace EdgeAgent.Native.Kafka;

/// <summary>A partition of a topic.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Leader">The broker that takes its records; -1 when there is none.</param>
/// <param name="Replicas">Brokers that should hold it.</param>
/// <param name="InStep">Brokers that hold all of it.</param>
public readonly record struct ClusterPartition(int Id, int Leader, int Replicas, int InStep);
