using EdgeAgent.Brokers;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using MQTTnet;
using MQTTnet.Formatter;

namespace EdgeAgent.Fleets.Link;

/// <summary>Options of MQTTnet's client from the settings of a broker, and the words for what goes wrong with it.</summary>
static class LinkOptions
{
    // Of a message there is its topic and a few properties beside the payload.
    const int MostPacketBytes = SizeLimits.Document + (4 << 10);

    /// <summary>The options.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="answerWithin">Longest wait for an answer, and for the connection.</param>
    /// <param name="bytes">Counts.</param>
    public static MqttClientOptions Of(BrokerSettings broker, TimeSpan answerWithin, LinkBytes bytes)
    {
        var isOld = broker.ProtocolVersion == 4;
        var peer = new Peer(broker.Host, broker.Port, BrokerOptions.Of(broker).Tls);
        var options = new MqttClientOptionsBuilder().WithTcpServer(broker.Host, broker.Port).WithClientId(broker.ClientId)
            .WithStreamProvider(new LinkStreams(peer, broker.WebSocketTarget?.Reveal(), answerWithin, MostPacketBytes, bytes))
            .WithProtocolVersion(isOld ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(broker.KeepAlive).WithTimeout(answerWithin).WithCleanStart();
        if (!isOld) options.WithMaximumPacketSize(MostPacketBytes);
        if (broker.Username is { } user) options.WithCredentials(user, broker.Password?.Reveal());
        return options.Build();
    }

    /// <summary>What went wrong, as a sentence: the dialler's own, else the innermost.</summary>
    public static string Sentence(string where, Exception error) =>
        Dialled(error)?.Message ?? $"{where} cannot be reached: {Deepest(error)}.";

    static ConnectException? Dialled(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is ConnectException dialled) return dialled;
        return null;
    }

    /// <summary>The broker has refused CONNECT.</summary>
    public static ConnectException Refused(string where, MqttClientConnectResult answer)
    {
        // MQTTnet gives 3.1.1's return codes as those of 5.0.
        var text = ReasonCodes.Describe(PacketType.ConnAck, MqttVersion.V500, (byte)answer.ResultCode);
        return new(ConnectFailure.Rejected, $"{where} refused: {ServerSaid.Sentence(text, answer.ReasonString, answer.ServerReference)}",
            text.CanRetry ? RetryAdvice.Soon : RetryAdvice.Slowly, text.Code);
    }

    /// <summary>Why a connection ended: the broker's words, or what broke it, or the reason's name; without a full stop.</summary>
    public static string Why(MqttClientDisconnectedEventArgs end) => string.IsNullOrEmpty(end.ReasonString)
        ? end.Exception is { } error ? Deepest(error) : end.Reason.ToString()
        : ServerSaid.Clean(end.ReasonString).TrimEnd('.', ' ');

    /// <summary>How soon to come back after <paramref name="error"/>.</summary>
    public static RetryAdvice Advice(Exception error) => Dialled(error)?.Retry ?? RetryAdvice.Soon;

    /// <summary>The innermost message, without its full stop.</summary>
    public static string Deepest(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error.Message.TrimEnd('.', ' ');
    }
}
