namespace EdgeAgent.Mqtt.Packets;

/// <summary>Wire type of a property's value (MQTT 5.0 §1.5).</summary>
enum PropertyKind : byte
{
    Unknown,

    /// <summary>One byte, 0 or 1.</summary>
    Flag,
    UInt16,
    UInt32,
    Variable,
    Text,
    Binary,
    Pair,
}

/// <summary>Table 2-4 of MQTT 5.0: what each property carries and where it may stand.</summary>
static class PropertyTable
{
    /// <summary>Bit of the will properties in <see cref="Scopes"/>; packets have the bit of their type.</summary>
    public const ushort Will = 1;

    const ushort Connect = 1 << 1, ConnAck = 1 << 2, Publish = 1 << 3, Subscribe = 1 << 8, Disconnect = 1 << 14, Auth = 1 << 15;
    const ushort Message = Will | Publish;
    const ushort Answers = ConnAck | (0xF << 4) | (1 << 9) | (1 << 11) | Disconnect | Auth;
    const ushort All = Message | Connect | Subscribe | (1 << 10) | Answers;

    public static PropertyKind KindOf(byte id) => id < Kinds.Length ? (PropertyKind)Kinds[id] : PropertyKind.Unknown;

    public static bool IsAllowed(byte id, ushort scope) => id < Scopes.Length && (Scopes[id] & scope) != 0;

    static ReadOnlySpan<byte> Kinds =>
    [
        0, (byte)PropertyKind.Flag, (byte)PropertyKind.UInt32, (byte)PropertyKind.Text, 0, 0, 0, 0,
        (byte)PropertyKind.Text, (byte)PropertyKind.Binary, 0, (byte)PropertyKind.Variable, 0, 0, 0, 0,
        0, (byte)PropertyKind.UInt32, (byte)PropertyKind.Text, (byte)PropertyKind.UInt16, 0, (byte)PropertyKind.Text,
        (byte)PropertyKind.Binary, (byte)PropertyKind.Flag,
        (byte)PropertyKind.UInt32, (byte)PropertyKind.Flag, (byte)PropertyKind.Text, 0, (byte)PropertyKind.Text, 0, 0,
        (byte)PropertyKind.Text,
        0, (byte)PropertyKind.UInt16, (byte)PropertyKind.UInt16, (byte)PropertyKind.UInt16, (byte)PropertyKind.Flag,
        (byte)PropertyKind.Flag, (byte)PropertyKind.Pair, (byte)PropertyKind.UInt32,
        (byte)PropertyKind.Flag, (byte)PropertyKind.Flag, (byte)PropertyKind.Flag,
    ];

    // An array: a span over ushort constants is built anew at each use on some targets (measured).
    static readonly ushort[] Scopes =
    [
        0, Message, Message, Message, 0, 0, 0, 0,
        Message, Message, 0, Publish | Subscribe, 0, 0, 0, 0,
        0, Connect | ConnAck | Disconnect, ConnAck, ConnAck, 0, Connect | ConnAck | Auth, Connect | ConnAck | Auth, Connect,
        Will, Connect, ConnAck, 0, ConnAck | Disconnect, 0, 0, Answers,
        0, Connect | ConnAck, Connect | ConnAck, Publish, ConnAck, ConnAck, All, Connect | ConnAck,
        ConnAck, ConnAck, ConnAck,
    ];
}
