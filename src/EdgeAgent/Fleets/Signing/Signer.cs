using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Signing;

/// <summary>Whoever signs: a key in memory, or a command that a key stays behind.</summary>
/// <param name="Key">The public half.</param>
/// <param name="Sign">Bytes to a signature, r and s; an <see cref="IOException"/> when there is none.</param>
sealed record Signer(FleetKey Key, Func<byte[], byte[]> Sign)
{
    /// <summary>A key from a file.</summary>
    public static Signer Of(SigningKey key) => new(key.Public, bytes => key.Sign(bytes));

    /// <summary>A command (HSM, smart card, key service of a cloud). What it gives is verified before it is used.</summary>
    public static Signer Of(string command, FleetKey key) => new(key, bytes =>
        SignatureForm.TryNormalise(SigningCommand.Run(command, bytes)) is { } signature && key.Verify(bytes, signature) ? signature
            : throw new IOException($"`{command}` gave no signature of key {key.Id} over what it was given. Expected r and s, 64 bytes "
                + $"or DER, as they "
                + "are or in Base64, of ECDSA with SHA-256: over standard input or {data}, or over the hash in {digest}."));

    /// <summary>The envelope with a signature more.</summary>
    public Envelope AddTo(Envelope envelope) => envelope.With(new EnvelopeSignature(Key.Id, Sign(envelope.Signed())));
}
