using System.Runtime.CompilerServices;
using System.Text;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Network.WebSockets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>One connection to a broker, MQTT 3.1.1 or 5.0, pulled by the thread that owns the loop.</summary>
/// <remarks>
/// <see cref="Fill"/> and <see cref="TryNext"/> belong to one thread; every send and <see cref="Disconnect"/> may be
/// called from any. Packets are views over the receive buffer, valid until the next <see cref="Fill"/>. Nothing is acknowledged
/// by itself, acknowledgements leave in the order told [MQTT-4.6.0-2]. After <see cref="Connect"/> nothing throws: a violation, a
/// failure and a silent broker all end in <see cref="FillResult.Closed"/> with a <see cref="CloseReason"/>. Reading allocates nothing.
/// </remarks>
public sealed class MqttConnection : IDisposable
{
    readonly ITransport _transport;
    readonly ReceiveBuffer _received;
    readonly ConnectionSender _sender;
    readonly KeepAlive _keepAlive;
    readonly TopicAliases _aliases;
    readonly TimeProvider _clock;
    readonly MqttVersion _version;
    readonly int _maxPacketBytes;
    MqttCloseReason? _closeReason;
    bool _hasUnseen;
    int _passOverBytes; // of a packet too large that are still to come

    MqttConnection(ITransport transport, ReceiveBuffer received, ServerLimits limits, MqttClientOptions options)
    {
        (_transport, _received, Limits, _clock, _version) = (transport, received, limits, options.Clock, options.Version);
        _maxPacketBytes = options.MaxPacketBytes;
        _hasUnseen = !received.Unread.IsEmpty;
        _aliases = new TopicAliases(options.Version == MqttVersion.V500 ? options.TopicAliasMaximum : 0);
        _keepAlive = new KeepAlive(limits.KeepAlive, options.PingTimeout, NowMs);
        _sender = new ConnectionSender(transport, _keepAlive, options,
            reason => Interlocked.CompareExchange(ref _closeReason, reason, null));
    }

    /// <summary>Whether the broker continues the session it had for this client id.</summary>
    public bool SessionPresent { get; private init; }

    /// <summary>What the broker supports.</summary>
    public ServerLimits Limits { get; }

    /// <summary>Why the connection ended; null while it has not.</summary>
    public MqttCloseReason? CloseReason => Volatile.Read(ref _closeReason);

    /// <summary>PINGREQs sent, by the keep-alive and by <see cref="Ping"/>.</summary>
    internal long PingsSent => _keepAlive.PingsSent;

    /// <summary>PINGRESPs received. Once it reaches a ping's number, the broker has received everything sent before that ping.</summary>
    public long PingsAnswered => _keepAlive.PingsAnswered;

    /// <summary>Size of the receive buffer now [bytes].</summary>
    internal int ReceiveBufferBytes => _received.CapacityBytes;

    /// <summary>Connects: TCP, TLS, WebSocket, CONNECT, and waits for CONNACK. Blocks at most the connect time-out.</summary>
    /// <exception cref="ConnectException">It could not be made; the message says why in a sentence.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was set.</exception>
    public static MqttConnection Connect(MqttClientOptions options, CancellationToken cancel)
    {
        OptionCheck.ThrowIfWrong(options);
        cancel.ThrowIfCancellationRequested();
        var deadline = new Deadline(options.ConnectTimeout);
        var peer = options.Peer;
        var socket = Dialer.Open(peer, deadline, cancel);
        ITransport transport = new PlainTransport(socket);
        try
        {
            using var interrupt = cancel.Register(static t => ((ITransport)t!).Shutdown(), transport);
            if (options.Tls != null) transport = TlsHandshake.Run(socket, peer, options.Tls, deadline, options.SendTimeout);
            if (options.WebSocketTarget is { } target)
                transport = WebSocketOpening.Run(transport, peer, target, "mqtt", deadline, cancel);
            if (options.Bytes is { } bytes) transport = new CountedTransport(transport, bytes);
            var received = new ReceiveBuffer(options.ReceiveBufferBytes);
            var limits = ConnectHandshake.Run(transport, received, options, deadline, out var sessionPresent);
            cancel.ThrowIfCancellationRequested();
            var connection = new MqttConnection(transport, received, limits, options) { SessionPresent = sessionPresent };
            connection._sender.Start();
            return connection;
        }
        catch (Exception e)
        {
            transport.Dispose();
            socket.Dispose();
            if (e is ConnectException) cancel.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Waits up to <paramref name="timeoutMs"/> for bytes and reads what is there, up to the buffer.
    /// All packets must have been taken.</summary>
    public FillResult Fill(int timeoutMs)
    {
        // Packets may have come in one segment with CONNACK.
        if (_hasUnseen)
        {
            _hasUnseen = false;
            return FillResult.Data;
        }
        var deadline = new Deadline(TimeSpan.FromMilliseconds(timeoutMs));
        if (_received.WasTaken) _keepAlive.Heard();
        while (CloseReason == null)
        {
            var room = _received.Prepare();
            if (room.IsEmpty) return FillResult.Data;
            _sender.PingIfDue();
            var wasOutstanding = _keepAlive.IsPingOutstanding;
            var before = NowMs;
            var result = _transport.Receive(room, Math.Min(timeoutMs, _keepAlive.WaitLimitMs), out var count);
            var now = NowMs;
            var givenUp = _keepAlive.Waited(now - before, wasOutstanding);
            if (result == FillResult.Data)
            {
                _received.Commit(count);
                if (_passOverBytes > 0) PassOver();
                _keepAlive.Received(now);
                return FillResult.Data;
            }
            if (result == FillResult.Closed) EndFromNetwork();
            else if (givenUp)
                End(new MqttCloseReason(MqttCloseKind.KeepAliveTimeout, 0,
                    "The broker did not answer a ping in time; the connection was given up."));
            else if ((timeoutMs = deadline.LeftMs) == 0) return FillResult.Timeout;
        }
        return FillResult.Closed;
    }

    /// <summary>Takes the next whole packet; false when there is none in the buffer.</summary>
    public bool TryNext(out MqttIncoming packet)
    {
        var unread = _received.Unread;
        if (unread.IsEmpty || unread[0] >> 4 != (int)PacketType.Publish)
        {
            packet = default;
            return !unread.IsEmpty && TryNextOther(unread, ref packet);
        }

        // PublishPacket.TryRead sets the whole of its part: clearing it here too would write every field twice a message.
        Unsafe.SkipInit(out packet);
        packet.ReasonCode = 0;
        packet.Kind = PacketType.Publish;
        var status = PublishPacket.TryRead(unread, _version, _maxPacketBytes, out packet.Publish);
        if (status == DecodeStatus.Ok && packet.Publish.TopicAlias != 0) status = _aliases.Resolve(ref packet.Publish);
        if (status == DecodeStatus.TooLarge && _version == MqttVersion.V311) return TryNextTooLarge(unread, ref packet);
        if (status != DecodeStatus.Ok) return Refuse(status, packet.Publish.LengthBytes);
        _received.Consume(packet.Publish.LengthBytes);
        return true;
    }

    /// <summary>Acknowledges QoS 1 messages, in this order, in one write.</summary>
    public SendResult PubAck(ReadOnlySpan<ushort> packetIds) => SendMany(PacketType.PubAck, packetIds);

    /// <summary>Acknowledges the receipt of QoS 2 messages, in this order, in one write.</summary>
    public SendResult PubRec(ReadOnlySpan<ushort> packetIds) => SendMany(PacketType.PubRec, packetIds);

    /// <summary>Completes QoS 2 messages, in this order, in one write.</summary>
    public SendResult PubComp(ReadOnlySpan<ushort> packetIds) => SendMany(PacketType.PubComp, packetIds);

    /// <summary>Releases QoS 2 messages of our own, in this order, in one write.</summary>
    public SendResult PubRel(ReadOnlySpan<ushort> packetIds) => SendMany(PacketType.PubRel, packetIds);

    /// <summary>Identifier that subscriptions get from here on, 1 to 127; 0 for none. Messages that come by them carry it (5.0).</summary>
    public byte SubscriptionId { get; set; }

    /// <summary>Subscribes; the answer is a SUBACK with this identifier and one code for each filter.</summary>
    public SendResult Subscribe(ushort packetId, params ReadOnlySpan<MqttSubscription> subscriptions)
    {
        var entries = new PacketBuffer();
        foreach (var wanted in subscriptions)
        {
            var filter = Encoding.UTF8.GetBytes(wanted.Filter);
            if (!TopicFilter.IsValid(filter)) return SendResult.Invalid;
            if (!Limits.WildcardsAvailable && wanted.Filter.AsSpan().IndexOfAny('+', '#') >= 0) return SendResult.NotSupported;
            if (!Limits.SharedSubscriptionsAvailable && TopicFilter.TrySplitShare(filter, out _, out _)) return SendResult.NotSupported;
            if (_version == MqttVersion.V500)
                SubscribePacket.Append(entries, filter, wanted.Qos, wanted.NoLocal, wanted.RetainAsPublished, wanted.RetainHandling);
            else SubscribePacket.Append(entries, filter, wanted.Qos);
        }
        if (entries.LengthBytes + 10 > Limits.MaximumPacketBytes) return SendResult.TooLarge;
        lock (_sender.Gate)
        {
            if (_sender.Open() is not { } buffer) return SendResult.Closed;
            ReadOnlySpan<byte> identifier = [(byte)PropertyId.SubscriptionIdentifier, SubscriptionId];
            new SubscribePacket
            {
                PacketId = packetId, Properties = SubscriptionId > 0 ? identifier : default, Entries = entries.Written,
            }.WriteTo(buffer, _version);
            return _sender.Flush();
        }
    }

    /// <summary>Unsubscribes; the answer is an UNSUBACK with this identifier.</summary>
    public SendResult Unsubscribe(ushort packetId, params ReadOnlySpan<string> filters)
    {
        var entries = new PacketBuffer();
        foreach (var filter in filters) entries.WriteBinary(Encoding.UTF8.GetBytes(filter));
        if (entries.LengthBytes + 8 > Limits.MaximumPacketBytes) return SendResult.TooLarge;
        lock (_sender.Gate)
        {
            if (_sender.Open() is not { } buffer) return SendResult.Closed;
            new UnsubscribePacket { PacketId = packetId, Filters = entries.Written }.WriteTo(buffer, _version);
            return _sender.Flush();
        }
    }

    /// <summary>Publishes. At QoS 1 and 2 the caller owns the identifier and the broker's Receive Maximum.</summary>
    public SendResult Publish(PublishPacket packet)
    {
        if (packet.CheckTopic() != DecodeStatus.Ok) return SendResult.Invalid;
        if (packet.Qos > Limits.MaximumQos || (packet.Retain && !Limits.RetainAvailable)) return SendResult.NotSupported;
        var length = packet.EncodedLength(_version);
        if (length > Limits.MaximumPacketBytes || length > PacketFrame.MaxRemainingLength) return SendResult.TooLarge;
        lock (_sender.Gate)
        {
            if (_sender.Open() is not { } buffer) return SendResult.Closed;
            packet.WriteTo(buffer, _version);
            return _sender.Flush();
        }
    }

    /// <summary>Sends a PINGREQ now and gives its number, to be compared with <see cref="PingsAnswered"/>;
    /// 0 when the connection has ended.</summary>
    public long Ping() => _sender.Ping();

    /// <summary>Sends what waits and DISCONNECT, and ends the connection. <paramref name="sessionExpiry"/> changes what CONNECT said (5.0);
    /// not from zero [MQTT-3.14.2-2].</summary>
    public void Disconnect(byte reasonCode = 0, TimeSpan? sessionExpiry = null)
    {
        var properties = new PropertyList();
        if (sessionExpiry is { } expiry && (Limits.SessionExpiry > TimeSpan.Zero || expiry == TimeSpan.Zero))
            properties.Add(PropertyId.SessionExpiryInterval, ConnectHandshake.Seconds(expiry));
        if (!Note(new MqttCloseReason(MqttCloseKind.Disconnected, reasonCode, "Disconnected on purpose."))) return;
        _sender.Close(
            new DisconnectPacket { Type = PacketType.Disconnect, ReasonCode = reasonCode, Properties = properties.Encoded }, _version);
    }

    /// <summary>Closes the connection for something in a packet that only the caller could see, such as
    /// <see cref="MqttIncoming.CheckTopic"/>; the reader's thread.</summary>
    public void Fail(DecodeStatus status) => Refuse(status, 0);

    /// <summary>Ends the connection and waits shortly for what was to be sent. The reader's thread, after its loop.</summary>
    /// <remarks>Without a <see cref="Disconnect"/> before it the broker publishes the will.</remarks>
    public void Dispose()
    {
        Note(new MqttCloseReason(MqttCloseKind.Aborted, 0, "The connection was cut on purpose."));
        _sender.Dispose();
        _transport.Dispose();
    }

    long NowMs => _clock.GetTimestamp() / (_clock.TimestampFrequency / 1000);

    /// <summary>
    /// 3.1.1 has no way to tell a broker our limit or to refuse one message: closing would bring the same message again after every
    /// reconnect and hold up all behind it. So its head is handed on, and its payload passed over as it comes.
    /// </summary>
    bool TryNextTooLarge(ReadOnlySpan<byte> unread, ref MqttIncoming packet)
    {
        var status = PublishPacket.TryReadHead(unread, out packet.Publish);
        if (status != DecodeStatus.Ok) return Refuse(status, packet.Publish.LengthBytes);
        packet.ReasonCode = (byte)DecodeStatus.TooLarge;
        _passOverBytes = packet.Publish.LengthBytes;
        PassOver();
        return true;
    }

    void PassOver()
    {
        var here = Math.Min(_passOverBytes, _received.Unread.Length);
        _received.Consume(here);
        _passOverBytes -= here;
    }

    bool TryNextOther(ReadOnlySpan<byte> unread, ref MqttIncoming packet)
    {
        var status = PacketFrame.TryRead(unread, _maxPacketBytes, out var frame);
        if (status == DecodeStatus.Ok) status = Read(frame, ref packet);
        if (status != DecodeStatus.Ok) return Refuse(status, frame.LengthBytes);
        packet.Kind = frame.Type;
        _received.Consume(frame.LengthBytes);
        if (frame.Type == PacketType.Disconnect) _received.Drop();
        return true;
    }

    DecodeStatus Read(PacketFrame frame, ref MqttIncoming packet)
    {
        DecodeStatus status;
        switch (frame.Type)
        {
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp:
                status = AckPacket.TryRead(frame, _version, out var ack);
                packet.Publish.PacketId = ack.PacketId;
                packet.Publish.Properties = ack.Properties;
                packet.ReasonCode = ack.ReasonCode;
                return status;
            case PacketType.SubAck or PacketType.UnsubAck:
                status = SubAckPacket.TryRead(frame, _version, out var answer);
                packet.Publish.PacketId = answer.PacketId;
                packet.Publish.Properties = answer.Properties;
                packet.Publish.Payload = answer.Codes;
                return status;
            case PacketType.PingResp:
                status = PingPacket.Check(frame);
                if (status == DecodeStatus.Ok) _keepAlive.Answered();
                return status;
            case PacketType.Disconnect when _version == MqttVersion.V500:
                status = DisconnectPacket.TryRead(frame, _version, out var last);
                if (status != DecodeStatus.Ok) return status;
                packet.Publish.Properties = last.Properties;
                packet.ReasonCode = last.ReasonCode;
                End(MqttCloseReason.FromPeer(last));
                return DecodeStatus.Ok;
            // A second CONNACK, AUTH without a method in our CONNECT [MQTT-4.12.0-6], and what only clients send.
            default:
                return DecodeStatus.ProtocolError;
        }
    }

    /// <summary>Not a packet that can be handed on: waits for the rest of it,
    /// or closes the connection with its reason (5.0 §4.13).</summary>
    bool Refuse(DecodeStatus status, int lengthBytes)
    {
        if (status == DecodeStatus.NeedMore)
        {
            _received.Need(lengthBytes);
            return false;
        }
        _received.Drop();
        if (!Note(MqttCloseReason.Violation(status))) return false;
        if (_version == MqttVersion.V500)
            _sender.Close(new DisconnectPacket { Type = PacketType.Disconnect, ReasonCode = (byte)status }, _version);
        else _sender.Stop();
        return false;
    }

    SendResult SendMany(PacketType type, ReadOnlySpan<ushort> packetIds)
    {
        if (packetIds.IsEmpty) return SendResult.Accepted;
        lock (_sender.Gate)
        {
            if (_sender.Open() is not { } buffer) return SendResult.Closed;
            AckPacket.WriteMany(buffer, type, packetIds);
            _keepAlive.Owes(packetIds.Length);
            return _sender.Flush();
        }
    }

    void EndFromNetwork() => End(_transport.Error is { } error
        ? new MqttCloseReason(MqttCloseKind.NetworkError, 0, error)
        : new MqttCloseReason(MqttCloseKind.PeerClosed, 0, "The broker closed the connection without saying why."));

    void End(MqttCloseReason reason)
    {
        Note(reason);
        _sender.Stop();
    }

    /// <summary>The first reason counts.</summary>
    bool Note(MqttCloseReason reason) => Interlocked.CompareExchange(ref _closeReason, reason, null) == null;
}
