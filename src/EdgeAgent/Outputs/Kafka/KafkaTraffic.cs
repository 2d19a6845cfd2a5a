using System.Globalization;
using EdgeAgent.Network;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Bytes that Kafka's client has carried, out of its statistics, which count from the start of each client.</summary>
/// <remarks>The thread that polls. Source: librdkafka, STATISTICS.md: <c>tx_bytes</c> and <c>rx_bytes</c> of the whole client; no other
/// part of the statistics has these names.</remarks>
sealed class KafkaTraffic(LinkBytes bytes)
{
    long _received, _sent;

    /// <summary>A new client counts from 0.</summary>
    public void Begins() => (_received, _sent) = (0, 0);

    /// <summary>Takes what a client has told of itself.</summary>
    public void Take(string statistics)
    {
        if (Number(statistics, "\"rx_bytes\":") is not { } received || Number(statistics, "\"tx_bytes\":") is not { } sent) return;
        bytes.Received(Math.Max(0, received - _received));
        bytes.Sent(Math.Max(0, sent - _sent));
        (_received, _sent) = (received, sent);
    }

    static long? Number(string text, string name)
    {
        var at = text.LastIndexOf(name, StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = text.AsSpan(at + name.Length).TrimStart();
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        if (length >= 0) rest = rest[..length];
        return long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
