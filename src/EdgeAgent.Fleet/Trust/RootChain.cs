using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>From one trusted root to the next: version by version, each signed by the keys of both (TUF specification §5.3).</summary>
/// <remarks>
/// There is no trust on first use: the first root is the pinned one. A root is persisted before it is used. Expiry is a matter of the last
/// root only
/// (<see cref="TrustRoot.Expires"/>), since a gateway may have been away through several.
/// </remarks>
public static class RootChain
{
    /// <summary>The pinned root out of an envelope: by its fingerprint, and signed by its own keys.</summary>
    /// <param name="message">An envelope as published or in a file.</param>
    /// <param name="pin">The fingerprint; null for a file that was put on the gateway, which is a pin itself.</param>
    public static Parsed<TrustRoot> First(ReadOnlyMemory<byte> message, RootPin? pin)
    {
        var read = Read(message, out var envelope);
        if (!read.IsGood) return read;
        if (pin is not null && Digest.Fingerprint(envelope!.Payload.Span) is var seen && (seen != pin.Fingerprint
            || read.Value.Version != pin.Version))
            return Parsed<TrustRoot>.Bad(RefusalReason.NotPinned, $"root {read.Value.Version} with {seen}; pinned is {pin}.");
        var check = read.Value.Check(envelope!, RoleNames.Root);
        return check.IsGood ? read : Parsed<TrustRoot>.Bad(check.Refusal);
    }

    /// <summary>The root after <paramref name="current"/>: one version higher, signed by enough root keys of both.</summary>
    public static Parsed<TrustRoot> Next(TrustRoot current, ReadOnlyMemory<byte> message)
    {
        var read = Read(message, out var envelope);
        if (!read.IsGood) return read;
        if (read.Value.Version != current.Version + 1)
            return Parsed<TrustRoot>.Bad(RefusalReason.WrongRootVersion,
                $"root {read.Value.Version}; after root {current.Version} comes {current.Version + 1}.");
        foreach (var root in (ReadOnlySpan<TrustRoot>)[current, read.Value])
            if (root.Check(envelope!, RoleNames.Root) is { IsGood: false } check) return Parsed<TrustRoot>.Bad(check.Refusal);
        return read;
    }

    static Parsed<TrustRoot> Read(ReadOnlyMemory<byte> message, out Envelope? envelope)
    {
        var parsed = Envelope.Parse(message, PayloadTypes.Root, SizeLimits.Root);
        envelope = parsed.Value;
        return parsed.IsGood ? TrustRoot.Parse(parsed.Value.Payload) : Parsed<TrustRoot>.Bad(parsed.Refusal);
    }
}
