namespace EdgeAgent.Native.Kafka;

/// <summary>A broker of a cluster.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Address"><c>host:port</c>, as the cluster tells clients to reach it.</param>
/// <param name="IsReached">Whether it answered under that address; null when it was not asked.</param>
/// <param name="Settings">Its settings; empty when it was not asked or the user may not read them.</param>
public sealed record ClusterBroker(int Id, string Address, bool? IsReached, IReadOnlyDictionary<string, string> Settings);
