using System.Security.Cryptography;

namespace EdgeAgent.Fleet.Messages;

/// <summary>Names of content by its SHA-256, in lower-case hexadecimal.</summary>
public static class Digest
{
    /// <summary>Digits of a document's digest: the first 128 bits.</summary>
    public const int Length = 32;

    /// <summary>How a fingerprint begins.</summary>
    public const string FingerprintPrefix = "sha256:";

    /// <summary>The digest of a payload's exact bytes: the first 32 digits. It names a document.</summary>
    public static string Of(ReadOnlySpan<byte> payload) => Full(payload)[..Length];

    /// <summary>The whole hash, 64 digits. It names a file.</summary>
    public static string Full(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The whole hash as <c>sha256:</c> and 64 digits. It pins a root.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> payload) => FingerprintPrefix + Full(payload);

    /// <summary>Whether a text is <paramref name="length"/> lower-case hexadecimal digits.</summary>
    public static bool IsHex(string text, int length = Length) =>
        text.Length == length && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
