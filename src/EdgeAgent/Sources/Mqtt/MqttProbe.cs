using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Tries a source for <c>check --connect</c>: broker reached, subscriptions granted. Takes and acknowledges nothing.</summary>
/// <remarks>Uses a clean session under the client id with <c>-check</c> added, so a running agent keeps its connection and session.</remarks>
static class MqttProbe
{
    const int AnswerMs = 5000;

    /// <summary>The findings, good ones included.</summary>
    public static IReadOnlyList<(bool IsGood, string Text)> Run(MqttSourceSettings settings)
    {
        var lines = new List<(bool, string)>();
        try
        {
            var options = MqttOptions.From(settings, settings.ClientId + "-check") with { SessionExpiry = TimeSpan.Zero };
            using var connection = MqttConnection.Connect(options, CancellationToken.None);
            lines.Add((true, $"connected to {settings.Host}:{settings.Port}{(settings.Tls is null ? "" : " over TLS")}"));
            var asked = new SessionFilters(settings.Subscriptions).ToSubscribe();
            // QoS 0 without retained messages: what arrives meanwhile needs no acknowledgement.
            connection.Subscribe(1, [.. asked.Select(a => a with { Qos = 0, RetainHandling = 2 })]);
            lines.AddRange(Answers(connection, asked, options.Version));
            connection.Disconnect();
        }
        catch (MqttConnectException error)
        {
            lines.Add((false, error.Message));
        }

        return lines;
    }

    static IEnumerable<(bool, string)> Answers(MqttConnection connection, List<MqttSubscription> asked, MqttVersion version)
    {
        if (WaitForAnswer(connection) is not { } codes) return [(false, $"no answer to SUBSCRIBE within {AnswerMs / 1000} s. {connection.CloseReason?.Message}")];
        return asked.Zip(codes, (a, code) => code < 0x80
            ? (true, $"{a.Filter} granted")
            : (false, $"{a.Filter} refused: {ReasonCodes.Describe(PacketType.SubAck, version, code).Sentence}"));
    }

    static byte[]? WaitForAnswer(MqttConnection connection)
    {
        var until = Environment.TickCount64 + AnswerMs;
        while (Environment.TickCount64 < until)
        {
            if (connection.Fill(100) == FillResult.Closed) return null;
            while (connection.TryNext(out var packet))
                if (packet.Kind == PacketType.SubAck) return packet.Payload.ToArray();
        }

        return null;
    }
}
