namespace EdgeAgent.Storage;

/// <summary>Whether an entry is restored; called for all in the order of <see cref="IStore.LoadState"/>.</summary>
public delegate bool AdmitState(string stage, int formatVersion, ReadOnlySpan<byte> entry);
