using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Web;

/// <summary>A password as the configuration keeps it: PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2).</summary>
/// <remarks>Text: <c>pbkdf2-sha256:ROUNDS:SALT:HASH</c>, salt of 16 and hash of 32 bytes in base64. 600,000 rounds for a new one
/// (OWASP Password Storage Cheat Sheet).</remarks>
sealed record PasswordHash(int Rounds, byte[] Salt, byte[] Hash)
{
    const string Scheme = "pbkdf2-sha256";
    const int NewRounds = 600_000, SaltBytes = 16, HashBytes = 32;

    /// <summary>A new hash of a password.</summary>
    public static PasswordHash Of(string password, int rounds = NewRounds)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(rounds, salt, Derive(password, salt, rounds));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; its form was checked with the configuration.</summary>
    public static PasswordHash Parse(string text)
    {
        var parts = text.Split(':');
        var rounds = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return new(rounds, Convert.FromBase64String(parts[2]), Convert.FromBase64String(parts[3]));
    }

    /// <summary>Whether it is of this password. Takes as long as it was made to.</summary>
    public bool IsOf(string password) => CryptographicOperations.FixedTimeEquals(Hash, Derive(password, Salt, Rounds));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scheme}:{Rounds}:{Convert.ToBase64String(Salt)}:{Convert.ToBase64String(Hash)}");

    static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, HashBytes);
}
