using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Web;

/// <summary>Lets requests with the right password through (HTTP Basic, RFC 7617; any user name). Any thread.</summary>
/// <remarks>
/// A right password is hashed once and then known by a keyed digest that only this process can make. One that is not known waits
/// <c>wait</c> after a wrong one before it is hashed, one at a time; at most 4 wait, and further ones are refused at once (429). So
/// however many are tried, a hash a second is the most it costs, and who is let in already never waits.
/// </remarks>
sealed class PasswordGate(PasswordHash hash, TimeSpan? wait = null)
{
    const int MostWaiting = 4;
    const int MostBytes = 1024;
    readonly TimeSpan _wait = wait ?? TimeSpan.FromSeconds(1);
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly Lock _one = new();
    byte[]? _known;
    int _waiting;
    bool _failed;

    /// <summary>Passwords hashed so far.</summary>
    public long Hashed { get; private set; }

    /// <summary>The answer to a request that is not let through; null when it is.</summary>
    public HttpReply? Refuse(string? authorization)
    {
        if (Password(authorization) is not { } password) return Ask();
        var digest = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password));
        if (Volatile.Read(ref _known) is { } known && CryptographicOperations.FixedTimeEquals(known, digest)) return null;
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return HttpReply.Text(429, "Too many passwords are being tried.", "Retry-After: 5\r\n");
        }

        try
        {
            lock (_one)
            {
                if (_failed) Thread.Sleep(_wait);
                Hashed++;
                _failed = !hash.IsOf(password);
                if (_failed) return Ask();
                Volatile.Write(ref _known, digest);
                return null;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    static HttpReply Ask() => HttpReply.Text(401, "A password is needed, with any user name.",
        "WWW-Authenticate: Basic realm=\"edge-agent\", charset=\"UTF-8\"\r\n");

    static string? Password(string? authorization)
    {
        const string Basic = "Basic ";
        if (authorization is null || authorization.Length > MostBytes
            || !authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> bytes = stackalloc byte[MostBytes];
        if (!Convert.TryFromBase64String(authorization[Basic.Length..], bytes, out var count)) return null;
        var text = Encoding.UTF8.GetString(bytes[..count]);
        var colon = text.IndexOf(':');
        return colon < 0 ? null : text[(colon + 1)..];
    }
}
