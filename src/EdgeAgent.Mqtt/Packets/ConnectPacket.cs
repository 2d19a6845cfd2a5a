namespace EdgeAgent.Mqtt.Packets;

/// <summary>CONNECT (MQTT 5.0 §3.1; 3.1.1 §3.1) as the fields to write.</summary>
/// <remarks>
/// Wire: 0x10 · remaining length · "MQTT" · level u8 · flags u8 (user, password, will retain, will QoS2, will, clean start, 0) ·
/// keep alive u16 [s] · properties (5.0) · client id · will properties (5.0), will topic, will payload · user name · password.
/// </remarks>
public ref struct ConnectPacket
{
    const int UserFlag = 0x80, PasswordFlag = 0x40, WillRetainFlag = 0x20, WillFlag = 4, CleanFlag = 2;

    /// <summary>Protocol level.</summary>
    public MqttVersion Version { readonly get; set; }

    /// <summary>Clean start (5.0) or clean session (3.1.1).</summary>
    public bool CleanStart { readonly get; set; }

    /// <summary>Keep alive [s]; 0 turns it off.</summary>
    public ushort KeepAliveSeconds { readonly get; set; }

    /// <summary>Properties as encoded.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>Client identifier, UTF-8; may be empty.</summary>
    public ReadOnlySpan<byte> ClientId { readonly get; set; }

    /// <summary>Whether there is a will.</summary>
    public bool HasWill { readonly get; set; }

    /// <summary>QoS of the will.</summary>
    public int WillQos { readonly get; set; }

    /// <summary>Whether the will is retained.</summary>
    public bool WillRetain { readonly get; set; }

    /// <summary>Will properties as encoded.</summary>
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
}
