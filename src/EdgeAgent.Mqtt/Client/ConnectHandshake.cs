using System.Text;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Mqtt.Client;

/// <summary>CONNECT out, CONNACK in, over a transport that is up.</summary>
static class ConnectHandshake
{
    /// <summary>Sends CONNECT and waits for CONNACK; what follows it stays in <paramref name="received"/>.</summary>
    public static ServerLimits Run(ITransport transport, ReceiveBuffer received, MqttClientOptions options, Deadline deadline,
        out bool sessionPresent)
    {
        Send(transport, options, deadline);
        while (true)
        {
            var status = PacketFrame.TryRead(received.Unread, options.MaxPacketBytes, out var frame);
            if (status == DecodeStatus.Ok)
            {
                var limits = Accept(frame, options, out sessionPresent);
                received.Consume(frame.LengthBytes);
                return limits;
            }
            if (status != DecodeStatus.NeedMore) throw NotMqtt(options);
            received.Need(frame.LengthBytes);
            var room = received.Prepare();
            switch (transport.Receive(room, deadline.LeftMs, out var count))
            {
                case FillResult.Data:
                    received.Commit(count);
                    break;
                case FillResult.Timeout when deadline.LeftMs == 0:
                    throw new ConnectException(ConnectFailure.TimedOut, $"{options.Peer.Where} did not answer CONNECT in time.",
                        RetryAdvice.Soon);
                case FillResult.Closed:
                    throw ClosedEarly(transport, options);
            }
        }
    }

    /// <summary>The CONNECT packet of these options.</summary>
    internal static void Write(PacketBuffer to, MqttClientOptions options)
    {
        var properties = new PropertyList();
        if (options.SessionExpiry > TimeSpan.Zero) properties.Add(PropertyId.SessionExpiryInterval, Seconds(options.SessionExpiry));
        properties.Add(PropertyId.ReceiveMaximum, (uint)options.ReceiveMaximum)
            .Add(PropertyId.MaximumPacketSize, (uint)options.MaxPacketBytes);
        if (options.TopicAliasMaximum > 0) properties.Add(PropertyId.TopicAliasMaximum, (uint)options.TopicAliasMaximum);
        foreach (var (name, value) in options.UserProperties) properties.AddUser(name, value);
        var willProperties = new PropertyList();
        if (options.Will is { } will && will.Delay > TimeSpan.Zero) willProperties.Add(PropertyId.WillDelayInterval, Seconds(will.Delay));
        new ConnectPacket
        {
            Version = options.Version,
            CleanStart = options.SessionExpiry == TimeSpan.Zero,
            KeepAliveSeconds = (ushort)options.KeepAlive.TotalSeconds,
            Properties = properties.Encoded,
            ClientId = Encoding.UTF8.GetBytes(options.ClientId),
            HasWill = options.Will != null,
            WillQos = options.Will?.Qos ?? 0,
            WillRetain = options.Will?.Retain ?? false,
            WillProperties = willProperties.Encoded,
            WillTopic = Encoding.UTF8.GetBytes(options.Will?.Topic ?? ""),
            WillPayload = options.Will?.Payload,
            HasUsername = options.Username != null,
            Username = Encoding.UTF8.GetBytes(options.Username ?? ""),
            HasPassword = options.Password != null,
            Password = options.Password,
        }.WriteTo(to);
    }

    /// <summary>Whole seconds; what does not fit 32 bits never expires (5.0 §3.1.2.11.2).</summary>
    internal static uint Seconds(TimeSpan time) =>
        time.TotalSeconds >= uint.MaxValue ? uint.MaxValue : (uint)Math.Ceiling(time.TotalSeconds);

    static void Send(ITransport transport, MqttClientOptions options, Deadline deadline)
    {
        var connect = new PacketBuffer(512);
        Write(connect, options);
        while (connect.LengthBytes > 0)
        {
            if (!transport.TrySend(connect.Written, out var sent)) throw ClosedEarly(transport, options);
            connect.Discard(sent);
            if (connect.LengthBytes > 0 && !transport.WaitWritable(deadline.LeftMs))
                throw new ConnectException(ConnectFailure.TimedOut, $"{options.Peer.Where} does not read.", RetryAdvice.Soon);
        }
    }

    static ServerLimits Accept(PacketFrame frame, MqttClientOptions options, out bool sessionPresent)
    {
        var status = ConnAckPacket.TryRead(frame, options.Version, out var answer);
        var version = options.Version;
        // A broker that knows only 3.1.1 answers a 5.0 CONNECT in its own format (3.1.1 §3.1.2.2).
        if (status != DecodeStatus.Ok && ConnAckPacket.TryRead(frame, MqttVersion.V311, out answer) == DecodeStatus.Ok
            && answer.ReasonCode != 0)
            (status, version) = (DecodeStatus.Ok, MqttVersion.V311);
        if (status != DecodeStatus.Ok) throw NotMqtt(options);
        sessionPresent = answer.SessionPresent;
        if (answer.ReasonCode != 0) throw Refused(answer, version, options);
        if (sessionPresent && options.SessionExpiry == TimeSpan.Zero)
            throw new ConnectException(ConnectFailure.OtherProtocol,
                $"{options.Peer.Where} claims to continue a session although a clean one was asked for.", RetryAdvice.Slowly,
                (byte)DecodeStatus.ProtocolError);
        return ServerLimits.From(options, new PropertyBlock(answer.Properties));
    }

    static ConnectException Refused(ConnAckPacket answer, MqttVersion version, MqttClientOptions options)
    {
        var text = ReasonCodes.Describe(PacketType.ConnAck, version, answer.ReasonCode);
        var sentence = ServerSaid.Sentence(text, new PropertyBlock(answer.Properties));
        return new ConnectException(ConnectFailure.Rejected, $"{options.Peer.Where} refused: {sentence}",
            text.CanRetry ? RetryAdvice.Soon : RetryAdvice.Slowly, answer.ReasonCode);
    }

    static ConnectException ClosedEarly(ITransport transport, MqttClientOptions options) => new(ConnectFailure.ClosedEarly,
        $"{options.Peer.Where} closed the connection before it answered CONNECT{(transport.Error is { } e ? $": {e}" : ".")} "
            + $"{WhatToCheck(options.Tls)}",
        RetryAdvice.Soon);

    // TLS 1.3 tells a client that its certificate is missing or refused only after the handshake, by closing.
    static string WhatToCheck(TlsOptions? tls) => tls switch
    {
        null => "Check the port, whether it wants TLS, and the protocol version.",
        { CertFile: null } => "It may want a client certificate; check that and the protocol version.",
        _ => "Check whether it accepts the client certificate, and the protocol version.",
    };

    static ConnectException NotMqtt(MqttClientOptions options) => new(ConnectFailure.OtherProtocol,
        $"What answers on {options.Peer.Where} does not speak MQTT {(options.Version == MqttVersion.V500 ? "5.0" : "3.1.1")} as it should. "
            + "Check the port and the protocol version.",
        RetryAdvice.Slowly);
}
