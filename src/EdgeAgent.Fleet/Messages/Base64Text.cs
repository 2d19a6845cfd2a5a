namespace EdgeAgent.Fleet.Messages;

/// <summary>Base64 with one way to write each sequence of bytes: padded, without white space, unused bits zero.</summary>
static class Base64Text
{
    /// <summary>Decodes the standard or the URL-safe alphabet (DSSE protocol.md allows both); null when it is not the one way.</summary>
    public static byte[]? TryDecode(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[standard.Length / 4 * 3];
        return Convert.TryFromBase64String(standard, bytes, out var length)
            && Convert.ToBase64String(bytes, 0, length) == standard ? bytes[..length] : null;
    }
}
