namespace EdgeAgent.Mqtt.Packets;

/// <summary>CONNECT (MQTT 5.0 §3.1; 3.1.1 §3.1) as a view, or as the fields to write.</summary>
/// <remarks>
/// Wire: 0x10 · remaining length · "MQTT" · level u8 · flags u8 (user, password, will retain, will QoS2, will, clean start, 0) ·
/// keep alive u16 [s] · properties (5.0) · client id · will properties (5.0), will topic, will payload · user name · password.
/// </remarks>
public ref struct ConnectPacket
{
    const int UserFlag = 0x80, PasswordFlag = 0x40, WillRetainFlag = 0x20, WillFlag = 4, CleanFlag = 2, ReservedFlag = 1;

    /// <summary>Protocol level.</summary>
    public MqttVersion Version { readonly get; set; }

    /// <summary>Clean start (5.0) or clean session (3.1.1).</summary>
    public bool CleanStart { readonly get; set; }

    /// <summary>Keep alive [s]; 0 turns it off.</summary>
    public ushort KeepAliveSeconds { readonly get; set; }

    /// <summary>Properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>Client identifier, UTF-8; may be empty.</summary>
    public ReadOnlySpan<byte> ClientId { readonly get; set; }

    /// <summary>Whether there is a will.</summary>
    public bool HasWill { readonly get; set; }

    /// <summary>QoS of the will.</summary>
    public int WillQos { readonly get; set; }

    /// <summary>Whether the will is retained.</summary>
    public bool WillRetain { readonly get; set; }

    /// <summary>Will properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> WillProperties { readonly get; set; }

    /// <summary>Will topic, UTF-8.</summary>
    public ReadOnlySpan<byte> WillTopic { readonly get; set; }

    /// <summary>Will payload.</summary>
    public ReadOnlySpan<byte> WillPayload { readonly get; set; }

    /// <summary>Whether there is a user name.</summary>
    public bool HasUsername { readonly get; set; }

    /// <summary>User name, UTF-8.</summary>
    public ReadOnlySpan<byte> Username { readonly get; set; }

    /// <summary>Whether there is a password.</summary>
    public bool HasPassword { readonly get; set; }

    /// <summary>Password, any bytes.</summary>
    public ReadOnlySpan<byte> Password { readonly get; set; }

    /// <summary>Reads the body of a CONNECT frame; the version is in it.</summary>
    /// <returns>
    /// <c>Ok</c>, <c>Malformed</c>, <c>ProtocolError</c>, <c>UnsupportedVersion</c>, <c>TopicNameInvalid</c> (will) or
    /// <c>ClientIdNotValid</c> (3.1.1: empty without a clean session [MQTT-3.1.3-8]).
    /// </returns>
    public static DecodeStatus TryRead(PacketFrame frame, out ConnectPacket packet)
    {
        packet = default;
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type != PacketType.Connect || !cursor.TryText(out var name) || !cursor.TryByte(out var level))
            return DecodeStatus.Malformed;
        if (!name.SequenceEqual("MQTT"u8) || level is not (4 or 5)) return DecodeStatus.UnsupportedVersion;
        packet.Version = (MqttVersion)level;
        if (!cursor.TryByte(out var flags) || !cursor.TryUInt16(out var keepAlive)) return DecodeStatus.Malformed;
        if (!packet.TakeFlags(flags)) return DecodeStatus.Malformed;
        packet.KeepAliveSeconds = keepAlive;
        if (level == 5)
        {
            if (!cursor.TryProperties(out var properties)) return DecodeStatus.Malformed;
            var status = PropertyBlock.Check(properties, PacketType.Connect, out _);
            if (status != DecodeStatus.Ok) return status;
            packet.Properties = properties;
        }
        return packet.TakePayload(cursor);
    }

    /// <summary>Appends the packet.</summary>
    public readonly void WriteTo(PacketBuffer to)
    {
        var length = 10 + PacketBuffer.PropertiesLength(Version, Properties) + 2 + ClientId.Length;
        if (HasWill) length += PacketBuffer.PropertiesLength(Version, WillProperties) + 2 + WillTopic.Length + 2 + WillPayload.Length;
        if (HasUsername) length += 2 + Username.Length;
        if (HasPassword) length += 2 + Password.Length;
        to.WriteHeader((byte)PacketType.Connect << 4, length);
        to.WriteBinary("MQTT"u8);
        to.WriteByte((byte)Version);
        to.WriteByte((byte)((HasUsername ? UserFlag : 0) | (HasPassword ? PasswordFlag : 0) | (HasWill && WillRetain ? WillRetainFlag : 0)
            | (HasWill ? WillFlag | WillQos << 3 : 0) | (CleanStart ? CleanFlag : 0)));
        to.WriteUInt16(KeepAliveSeconds);
        to.WriteProperties(Version, Properties);
        to.WriteBinary(ClientId);
        if (HasWill)
        {
            to.WriteProperties(Version, WillProperties);
            to.WriteBinary(WillTopic);
            to.WriteBinary(WillPayload);
        }
        if (HasUsername) to.WriteBinary(Username);
        if (HasPassword) to.WriteBinary(Password);
    }

    bool TakeFlags(byte flags)
    {
        HasUsername = (flags & UserFlag) != 0;
        HasPassword = (flags & PasswordFlag) != 0;
        HasWill = (flags & WillFlag) != 0;
        WillRetain = (flags & WillRetainFlag) != 0;
        WillQos = flags >> 3 & 3;
        CleanStart = (flags & CleanFlag) != 0;
        // Reserved bit [MQTT-3.1.2-3]; will fields without a will [MQTT-3.1.2-11]; QoS 3 [MQTT-3.1.2-12];
        // 3.1.1 only: a password without a user name [MQTT-3.1.2-22].
        return (flags & ReservedFlag) == 0 && WillQos < 3 && (HasWill || (WillQos == 0 && !WillRetain))
            && (Version == MqttVersion.V500 || HasUsername || !HasPassword);
    }

    DecodeStatus TakePayload(ByteCursor cursor)
    {
        if (!cursor.TryText(out var clientId)) return DecodeStatus.Malformed;
        ClientId = clientId;
        if (HasWill)
        {
            var status = TakeWill(ref cursor);
            if (status != DecodeStatus.Ok) return status;
        }
        if (HasUsername)
        {
            if (!cursor.TryText(out var username)) return DecodeStatus.Malformed;
            Username = username;
        }
        if (HasPassword)
        {
            if (!cursor.TryBinary(out var password)) return DecodeStatus.Malformed;
            Password = password;
        }
        if (!cursor.AtEnd) return DecodeStatus.Malformed;
        return Version == MqttVersion.V311 && clientId.IsEmpty && !CleanStart ? DecodeStatus.ClientIdNotValid : DecodeStatus.Ok;
    }

    DecodeStatus TakeWill(scoped ref ByteCursor cursor)
    {
        if (Version == MqttVersion.V500)
        {
            if (!cursor.TryProperties(out var properties)) return DecodeStatus.Malformed;
            var status = PropertyBlock.CheckWill(properties);
            if (status != DecodeStatus.Ok) return status;
            WillProperties = properties;
        }
        if (!cursor.TryBinary(out var topic) || !cursor.TryBinary(out var payload)) return DecodeStatus.Malformed;
        WillTopic = topic;
        WillPayload = payload;
        return MqttText.CheckTopicName(topic);
    }
}
