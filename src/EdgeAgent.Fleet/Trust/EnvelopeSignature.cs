namespace EdgeAgent.Fleet.Trust;

/// <summary>One signature of an envelope.</summary>
/// <param name="KeyId">The key it says it is of; not signed itself, so only a hint.</param>
/// <param name="Signature">r and s, 64 bytes; of any length until it was verified.</param>
public sealed record EnvelopeSignature(string KeyId, ReadOnlyMemory<byte> Signature);
