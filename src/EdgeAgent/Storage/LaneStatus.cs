namespace EdgeAgent.Storage;

/// <summary>One lane of the outbox: what waits, and what was lost.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Records">Records not yet confirmed.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="OldestCommittedAtNs">Commit time of the oldest, or 0 [ns since the Unix epoch].</param>
/// <param name="DroppedTotal">Records dropped by overflow since the store began.</param>
/// <param name="RejectedTotal">Records rejected by the output since the store began.</param>
public sealed record LaneStatus(Lane Lane, long Records, long Bytes, long OldestCommittedAtNs, long DroppedTotal, long RejectedTotal);
