using System.Globalization;
using System.Text;

namespace EdgeAgent.Benchmarks;

/// <summary>Event times in payloads: written as a sensor does, read as a panel does.</summary>
static class AlertTime
{
    /// <summary>Writes <c>{"ts":…,"value":…}</c>.</summary>
    public static void TryWrite(this Span<byte> payload, long timeNs, double value, out int length) =>
        System.Text.Unicode.Utf8.TryWrite(payload, CultureInfo.InvariantCulture, $"{{\"ts\":{timeNs},\"value\":{value:F3}}}", out length);

    /// <summary>Reads the RFC 3339 time behind <paramref name="name"/> [ns since the Unix epoch].</summary>
    public static long Read(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name)
    {
        var text = payload[(payload.IndexOf(name) + name.Length)..];
        text = text[..text.IndexOf((byte)'Z')];
        var seconds = DateTime.ParseExact(Encoding.ASCII.GetString(text[..19]), "s", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        long fraction = 0;
        for (var i = 20; i < 29; i++) fraction = (fraction * 10) + (i < text.Length ? text[i] - '0' : 0);
        return ((seconds.Ticks - DateTime.UnixEpoch.Ticks) * 100) + fraction;
    }
}
