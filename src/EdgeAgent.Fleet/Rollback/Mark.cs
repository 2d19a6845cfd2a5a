namespace EdgeAgent.Fleet.Rollback;

/// <summary>A number that only rises, and the content that came with it.</summary>
/// <param name="Number">A sequence number or a version.</param>
/// <param name="Digest">Digest of the payload.</param>
public sealed record Mark(long Number, string Digest);
