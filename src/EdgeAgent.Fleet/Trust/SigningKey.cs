using System.Security.Cryptography;

namespace EdgeAgent.Fleet.Trust;

/// <summary>A private key that signs: in memory from a PEM text, or newly made.</summary>
/// <remarks>Signatures are at random as .NET makes them, so two over the same bytes differ. Not for several threads at once.</remarks>
public sealed class SigningKey : IDisposable
{
    // OWASP's figure of 2023 for PBKDF2 with HMAC-SHA-256.
    const int Iterations = 600_000;
    readonly ECDsa _key;

    SigningKey(ECDsa key) => (_key, Public) = (key, FleetKey.TryParse(key.ExportSubjectPublicKeyInfo())!);

    /// <summary>Its public half.</summary>
    public FleetKey Public { get; }

    /// <summary>Makes one.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Whether a PEM text wants a password.</summary>
    public static bool IsEncrypted(string pem) => pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>Reads a PEM text (PKCS#8, PKCS#8 encrypted, or SEC 1); null with what is wrong.</summary>
    public static SigningKey? TryRead(string pem, string? password, out string failure)
    {
        var key = ECDsa.Create();
        failure = "";
        try
        {
            if (IsEncrypted(pem)) key.ImportFromEncryptedPem(pem, password ?? "");
            else key.ImportFromPem(pem);
            _ = key.ExportParameters(includePrivateParameters: true);
            if (FleetKey.TryParse(key.ExportSubjectPublicKeyInfo()) is not null) return new(key);
            failure = "not a key on the curve P-256";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            failure = IsEncrypted(pem) ? "the password is wrong, or the key is damaged" : "not one private key on P-256 as PEM";
        }

        key.Dispose();
        return null;
    }

    /// <summary>Its PEM text (PKCS#8), encrypted with AES-256 when there is a password.</summary>
    public string ToPem(string? password = null) =>
        (password is null
            ? _key.ExportPkcs8PrivateKeyPem()
            : _key.ExportEncryptedPkcs8PrivateKeyPem(password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)))
        + "\n";

    /// <summary>Signs bytes: r and s, 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes) =>
        _key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
