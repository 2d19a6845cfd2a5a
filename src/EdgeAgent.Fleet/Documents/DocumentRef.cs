namespace EdgeAgent.Fleet.Documents;

/// <summary>A document by its content.</summary>
/// <param name="Digest">First 32 hexadecimal digits of the SHA-256 of its payload.</param>
/// <param name="Version">Its version, for people; the digest decides.</param>
public sealed record DocumentRef(string Digest, long Version);
