using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.KafkaPeer;

/// <summary>The server's side of one SCRAM exchange (RFC 5802 §3 and §5; RFC 7677 for SHA-256; Kafka uses SHA-512 likewise),
/// without channel binding.</summary>
/// <remarks>
/// client-first <c>n,,n=USER,r=CNONCE</c> · server-first <c>r=CNONCE SNONCE,s=SALT,i=COUNT</c> · client-final
/// <c>c=biws,r=CNONCE SNONCE,p=PROOF</c> · server-final <c>v=SIGNATURE</c>. Salt, proof and signature are base64.
/// </remarks>
/// <param name="hash">SHA-256 or SHA-512.</param>
/// <param name="accounts">Who may enter.</param>
/// <param name="serverNonce">Printable, without commas; random in use, fixed in tests.</param>
/// <param name="salt">Random in use, fixed in tests.</param>
public sealed class ScramServer(HashAlgorithmName hash, Accounts accounts, string serverNonce, byte[] salt)
{
    /// <summary>The least that RFC 7677 §4 allows.</summary>
    const int Iterations = 4096;

    /// <summary>"n,," in base64: no channel binding.</summary>
    const string NoBinding = "biws";

    string? _password;
    string _nonce = "", _clientFirstBare = "", _serverFirst = "";

    /// <summary>A server with random nonce and salt.</summary>
    public ScramServer(HashAlgorithmName hash, Accounts accounts)
        : this(hash, accounts, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), RandomNumberGenerator.GetBytes(16))
    {
    }

    /// <summary>Answers the client's first message; null when it is no such message or the user is unknown.</summary>
    public string? First(string clientFirst)
    {
        if (!clientFirst.StartsWith("n,,", StringComparison.Ordinal)) return null;
        _clientFirstBare = clientFirst[3..];
        if (Attribute(_clientFirstBare, "n") is not { } user || Attribute(_clientFirstBare, "r") is not { Length: > 0 } clientNonce)
            return null;
        _password = accounts.PasswordOf(user.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal));
        if (_password is null) return null;
        _nonce = clientNonce + serverNonce;
        return _serverFirst = $"r={_nonce},s={Convert.ToBase64String(salt)},i={Iterations}";
    }

    /// <summary>Answers the client's last message; null when the proof is not that of the password.</summary>
    public string? Final(string clientFinal)
    {
        if (_password is null || Attribute(clientFinal, "c") != NoBinding || Attribute(clientFinal, "r") != _nonce) return null;
        var end = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        if (end < 0) return null;
        var authMessage = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{clientFinal[..end]}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_password), salt, Iterations, hash,
            CryptographicOperations.HashData(hash, []).Length);
        var clientKey = Hmac(salted, "Client Key"u8);
        var signature = Hmac(CryptographicOperations.HashData(hash, clientKey), authMessage);
        var proof = clientKey.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray();
        return Convert.ToBase64String(proof) == clientFinal[(end + 3)..]
            ? "v=" + Convert.ToBase64String(Hmac(Hmac(salted, "Server Key"u8), authMessage))
            : null;
    }

    byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(hash, key, data);

    static string? Attribute(string message, string name) =>
        message.Split(',').FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.Ordinal))?[2..];
}
