using System.Security.Cryptography;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>A public key: ECDSA on P-256 with SHA-256 (ES256), and its id.</summary>
/// <remarks>
/// Wire form <c>{"id": first 16 hex digits of SHA-256(SPKI), "alg": "ES256", "spki": Base64}</c>. The SPKI has one form, 91 bytes: DER of
/// the curve and an
/// uncompressed point (RFC 5480), so that a key has one id. Immutable; any thread.
/// </remarks>
public sealed class FleetKey
{
    /// <summary>The one algorithm (RFC 7518 §3.4).</summary>
    public const string Algorithm = "ES256";

    /// <summary>Digits of an id.</summary>
    public const int IdLength = 16;

    /// <summary>Bytes of a signature: r and s, 32 bytes each (IEEE P1363).</summary>
    public const int SignatureBytes = 64;

    const int SpkiBytes = 91;

    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 … } }
    static ReadOnlySpan<byte> SpkiStart =>
        [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
            0x07, 0x03, 0x42, 0x00, 0x04];

    readonly byte[] _spki;

    FleetKey(byte[] spki) => (_spki, Id) = (spki, Digest.Full(spki)[..IdLength]);

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its bytes (SubjectPublicKeyInfo).</summary>
    public ReadOnlyMemory<byte> Spki => _spki;

    /// <summary>Reads a key from its bytes; null when they are none on P-256 in the one form.</summary>
    public static FleetKey? TryParse(ReadOnlySpan<byte> spki)
    {
        if (spki.Length != SpkiBytes || !spki.StartsWith(SpkiStart)) return null;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var read);
            return read == spki.Length ? new(spki.ToArray()) : null;
        }
        catch (CryptographicException)
        {
            return null; // a point that is not on the curve
        }
    }

    /// <summary>Reads a key from its member of a root.</summary>
    internal static FleetKey? Read(JsonFields fields)
    {
        var algorithm = fields.Text("alg", 64);
        if (algorithm != Algorithm)
        {
            fields.Refuse(RefusalReason.UnknownAlgorithm, $"a key of `{algorithm}`; this version knows {Algorithm}.");
            return null;
        }

        var id = fields.Hex("id", IdLength);
        var key = TryParse(fields.Base64("spki", SpkiBytes));
        if (key is null) fields.Refuse(RefusalReason.BadKey, $"key {id}: not an ECDSA key on P-256 with an uncompressed point.");
        else if (key.Id != id) fields.Refuse(RefusalReason.BadKey, $"key {id}: its bytes have the id {key.Id}.");
        return key;
    }

    /// <summary>Whether a signature [64 bytes] is this key's over <paramref name="signed"/>. Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes) return false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(_spki, out _);
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
