using System.Text;

namespace EdgeAgent.Tests;

/// <summary>Bytes as the specification prints them: hex pairs, and text in quotes.</summary>
static class Hex
{
    /// <summary><c>10 0C 00 04 'MQTT'</c> → bytes; white space is free.</summary>
    public static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i])) continue;
            if (text[i] == '\'')
            {
                var end = text.IndexOf('\'', i + 1);
                bytes.AddRange(Encoding.UTF8.GetBytes(text[(i + 1)..end]));
                i = end;
                continue;
            }
            bytes.Add(Convert.ToByte(text.Substring(i, 2), 16));
            i++;
        }
        return [.. bytes];
    }

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
