using System.Globalization;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>The root that a gateway trusts without being told by another one, named by its fingerprint.</summary>
/// <param name="Fingerprint"><c>sha256:</c> and 64 digits: the hash of the root's payload.</param>
/// <param name="Version">The root's version: where the chain is looked for.</param>
public sealed record RootPin(string Fingerprint, long Version)
{
    /// <summary>Reads <c>sha256:…</c>, for root 1, or <c>sha256:…@5</c>; null when it is neither.</summary>
    public static RootPin? TryParse(string text)
    {
        var at = text.IndexOf('@');
        var print = at < 0 ? text : text[..at];
        var version = 1L;
        return print.StartsWith(Digest.FingerprintPrefix, StringComparison.Ordinal)
            && Digest.IsHex(print[Digest.FingerprintPrefix.Length..], 64)
            && (at < 0 || long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0)
            ? new(print, version) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Version == 1 ? Fingerprint
        : string.Create(CultureInfo.InvariantCulture, $"{Fingerprint}@{Version}");
}
