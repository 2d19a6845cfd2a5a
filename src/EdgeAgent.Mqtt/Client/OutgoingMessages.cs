namespace EdgeAgent.Mqtt.Client;

/// <summary>Packet identifiers and delivery state of our own QoS 1 and 2 messages over the life of a session (MQTT 5.0 §4.3, §4.4, §4.9). Pure; one thread.</summary>
/// <remarks>
/// Messages stand in the order they were first sent; the first <see cref="InFlight"/> of them have been sent on this connection, and
/// that number never exceeds the broker's Receive Maximum [MQTT-4.9.0-2]. After a reconnect the rest is sent again in order
/// [MQTT-4.6.0-1] before anything new. Identifiers of SUBSCRIBE and UNSUBSCRIBE come from the same space.
/// </remarks>
public sealed class OutgoingMessages(int receiveMaximum)
{
    readonly List<OutgoingMessage> _messages = [];
    readonly ulong[] _usedIds = new ulong[1024];
    int _receiveMaximum = receiveMaximum;
    ushort _lastId;

    /// <summary>Messages not yet taken over.</summary>
    public int Count => _messages.Count;

    /// <summary>Of these, sent on this connection.</summary>
    public int InFlight { get; private set; }

    /// <summary>Gives a new message its identifier; false while the broker's window is full or old messages wait to be sent again.</summary>
    public bool TryAdd(int qos, long token, out ushort packetId)
    {
        packetId = 0;
        if (InFlight < _messages.Count || InFlight >= _receiveMaximum || !TryTakeId(out packetId)) return false;
        _messages.Add(new OutgoingMessage(packetId, qos, token, false));
        InFlight++;
        return true;
    }

    /// <summary>PUBACK came.</summary>
    public OutgoingStep Acknowledged(ushort packetId, byte reasonCode, out long token) =>
        Find(packetId, 1, false, out token) is var at && at < 0 ? OutgoingStep.Unknown : Remove(at, reasonCode);

    /// <summary>PUBREC came: release it, unless the code is a failure, which ends it [MQTT-4.3.3-4].</summary>
    public OutgoingStep Received(ushort packetId, byte reasonCode, out long token)
    {
        var at = Find(packetId, 2, false, out token);
        if (at < 0) return Find(packetId, 2, true, out token) < 0 ? OutgoingStep.Unknown : OutgoingStep.Release;
        if (reasonCode >= 0x80) return Remove(at, reasonCode);
        _messages[at] = _messages[at] with { IsReleased = true };
        return OutgoingStep.Release;
    }

    /// <summary>PUBCOMP came; it ends the message whatever its code.</summary>
    public OutgoingStep Completed(ushort packetId, out long token) =>
        Find(packetId, 2, true, out token) is var at && at < 0 ? OutgoingStep.Unknown : Remove(at, 0);

    /// <summary>A new connection. Without the old session released messages are done, because the broker had taken them; all others are to be sent afresh.</summary>
    public void Reconnected(bool sessionPresent, int receiveMaximum)
    {
        _receiveMaximum = receiveMaximum;
        InFlight = 0;
        if (sessionPresent) return;
        foreach (var message in _messages)
            if (message.IsReleased) ReturnId(message.PacketId);
        _messages.RemoveAll(m => m.IsReleased);
    }

    /// <summary>The next message to send again after a reconnect: PUBREL when released, else PUBLISH (with DUP when the session was kept).</summary>
    public bool TryResend(out OutgoingMessage message)
    {
        message = default;
        if (InFlight >= _messages.Count || InFlight >= _receiveMaximum) return false;
        message = _messages[InFlight++];
        return true;
    }

    /// <summary>Takes a free identifier for SUBSCRIBE or UNSUBSCRIBE; false when all 65,535 are in use.</summary>
    public bool TryTakeId(out ushort packetId)
    {
        for (var tries = 0; tries < ushort.MaxValue; tries++)
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
            var bit = 1UL << (_lastId & 63);
            if ((_usedIds[_lastId >> 6] & bit) != 0) continue;
            _usedIds[_lastId >> 6] |= bit;
            packetId = _lastId;
            return true;
        }
        packetId = 0;
        return false;
    }

    /// <summary>Gives an identifier of SUBSCRIBE or UNSUBSCRIBE back once it was answered, or its connection is gone.</summary>
    public void ReturnId(ushort packetId) => _usedIds[packetId >> 6] &= ~(1UL << (packetId & 63));

    int Find(ushort packetId, int qos, bool isReleased, out long token)
    {
        for (var i = 0; i < InFlight; i++)
        {
            var message = _messages[i];
            if (message.PacketId != packetId) continue;
            token = message.Token;
            return message.Qos == qos && message.IsReleased == isReleased ? i : -1;
        }
        token = 0;
        return -1;
    }

    OutgoingStep Remove(int at, byte reasonCode)
    {
        ReturnId(_messages[at].PacketId);
        _messages.RemoveAt(at);
        InFlight--;
        return reasonCode >= 0x80 ? OutgoingStep.Refused : OutgoingStep.Done;
    }
}
