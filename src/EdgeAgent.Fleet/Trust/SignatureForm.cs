using System.Text;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>From what a signing tool gives to r and s, 64 bytes.</summary>
/// <remarks>Tools give r ‖ s (PKCS#11), DER (OpenSSL, key services of clouds: RFC 3279 §2.2.3), or either of them as Base64.</remarks>
public static class SignatureForm
{
    const int Half = FleetKey.SignatureBytes / 2;

    /// <summary>The 64 bytes; null when it is none of these forms.</summary>
    public static byte[]? TryNormalise(ReadOnlySpan<byte> given)
    {
        if (given.Length == FleetKey.SignatureBytes) return given.ToArray();
        if (FromDer(given) is { } signature) return signature;
        if (given.IsEmpty || given.Length > 400 || given.ContainsAnyExceptInRange((byte)'\n', (byte)'z')) return null;
        var text = string.Concat(Encoding.ASCII.GetString(given).Split(['\n', '\r', ' ']));
        return Base64Text.TryDecode(text) is { Length: > 0 and < 100 } bytes ? bytes.Length == FleetKey.SignatureBytes ? bytes
            : FromDer(bytes) : null;
    }

    static byte[]? FromDer(ReadOnlySpan<byte> der)
    {
        if (der.Length is < 8 or > 72 || der[0] != 0x30 || der[1] != der.Length - 2) return null;
        var rest = der[2..];
        var all = new byte[FleetKey.SignatureBytes];
        return Take(ref rest, all.AsSpan(0, Half)) && Take(ref rest, all.AsSpan(Half)) && rest.IsEmpty ? all : null;
    }

    static bool Take(ref ReadOnlySpan<byte> rest, Span<byte> half)
    {
        if (rest.Length < 2 || rest[0] != 0x02 || rest[1] > rest.Length - 2) return false;
        var number = rest.Slice(2, rest[1]).TrimStart((byte)0);
        rest = rest[(2 + rest[1])..];
        if (number.Length > half.Length) return false;
        number.CopyTo(half[(half.Length - number.Length)..]);
        return true;
    }
}
