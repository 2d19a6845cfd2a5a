using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Probes;

namespace EdgeAgent.Brokers;

/// <summary>Tries a broker for <c>check --connect</c>: reached, and what the caller asks of it. By itself it takes,
/// acknowledges and publishes nothing.</summary>
/// <remarks>Uses a session of its own under the client id with <c>-check</c> added, which ends with the connection,
/// so a running agent keeps its connection and session.</remarks>
sealed class BrokerProbe
{
    /// <summary>How long a broker may take to answer.</summary>
    public const int AnswerMs = 5000;

    static readonly TimeSpan s_answer = TimeSpan.FromMilliseconds(AnswerMs), s_statistics = TimeSpan.FromSeconds(1);
    readonly IClock _clock;

    BrokerProbe(MqttConnection connection, MqttVersion version, IClock clock) =>
        (Connection, Version, _clock) = (connection, version, clock);

    /// <summary>The connection that is tried.</summary>
    public MqttConnection Connection { get; }

    /// <summary>The version it was asked for.</summary>
    public MqttVersion Version { get; }

    /// <summary>Connects under the client id with <c>-check</c> added, asks, and disconnects;
    /// a connection that fails is a finding.</summary>
    public static IReadOnlyList<ProbeLine> Try(
        MqttClientOptions options, IClock clock, Func<BrokerProbe, IEnumerable<ProbeLine>> ask, string remark = "")
    {
        var lines = new List<ProbeLine>();
        try
        {
            using var connection = MqttConnection.Connect(options with { ClientId = options.ClientId + "-check" }, CancellationToken.None);
            lines.Add(ProbeLine.Good($"connected to {options.Host}:{options.Port}{(options.Tls is null ? "" : " over TLS")}"
                + $"{(options.WebSocketTarget is null ? "" : " by a WebSocket")}{Detour(options.Host)}{remark}"));
            lines.AddRange(ask(new BrokerProbe(connection, options.Version, clock)));
            connection.Disconnect(sessionExpiry: options.SessionExpiry > TimeSpan.Zero ? TimeSpan.Zero : null);
        }
        catch (ConnectException error)
        {
            lines.Add(ProbeLine.Failed(error.Message));
        }

        return lines;
    }

    static string Detour(string host) =>
        Dialer.Proxy is { } proxy && !proxy.IsDirect(host) ? $" through the proxy {new Peer(proxy.Host, proxy.Port).Where}" : "";

    /// <summary>Subscribes and says of each filter whether it was granted.</summary>
    public IEnumerable<ProbeLine> Subscribe(MqttSubscription[] asked)
    {
        Connection.Subscribe(1, asked);
        if (WaitFor(PacketType.SubAck) is not { } answer)
            return [ProbeLine.Failed($"no answer to SUBSCRIBE within {AnswerMs / 1000} s. {Connection.CloseReason?.Message}")];
        return asked.Zip(answer.Payload, (a, code) => code < 0x80
            ? code < a.Qos
                ? ProbeLine.Warning($"{a.Filter} granted at QoS {code} only, not {a.Qos}: what comes while the agent is away is lost")
                : ProbeLine.Good($"{a.Filter} granted")
            : ProbeLine.Failed($"{a.Filter} refused: {ReasonCodes.Describe(PacketType.SubAck, Version, code).Sentence}"));
    }

    /// <summary>What a broker tells of itself on some of its <c>$SYS</c> topics, as far as it has them and lets us read them.</summary>
    public Dictionary<string, string> Statistics(params string[] topics)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Connection.Subscribe(2, [.. topics.Select(topic => new MqttSubscription(topic, 0))]);
        var until = _clock.Monotonic + s_statistics;
        while (_clock.Monotonic < until && values.Count < topics.Length && Connection.Fill(100) != FillResult.Closed)
            while (Connection.TryNext(out var packet))
                if (packet.Kind == PacketType.Publish && packet.Payload.Length <= 100 && packet.Topic.StartsWith("$SYS/"u8))
                    values[Encoding.UTF8.GetString(packet.Topic)] = Printable(packet.Payload);
        return values;
    }

    static string Printable(ReadOnlySpan<byte> payload) =>
        string.Concat(Encoding.UTF8.GetString(payload).Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>Waits for the next packet of <paramref name="kind"/>; null when none came in time or the connection ended.</summary>
    public BrokerAnswer? WaitFor(PacketType kind)
    {
        var until = _clock.Monotonic + s_answer;
        while (_clock.Monotonic < until)
        {
            if (Connection.Fill(100) == FillResult.Closed) return null;
            while (Connection.TryNext(out var packet))
                if (packet.Kind == kind) return new(packet.ReasonCode, packet.Payload.ToArray());
        }

        return null;
    }
}
