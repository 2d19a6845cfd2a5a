namespace EdgeAgent.Storage;

/// <summary>Takes one entry of a stage that the store holds and the configuration does not.</summary>
/// <param name="stage">Pipeline, stage name and fingerprint as stored.</param>
/// <param name="formatVersion">Version of the entry.</param>
/// <param name="entry">The entry, valid during the call; a later one of a unit replaces an earlier one.</param>
public delegate void UnmatchedState(string stage, int formatVersion, ReadOnlySpan<byte> entry);
