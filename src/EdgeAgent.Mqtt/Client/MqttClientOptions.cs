using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Everything one client connection needs to know.</summary>
public sealed record MqttClientOptions
{
    /// <summary>Broker host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Broker port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Where that is.</summary>
    public Peer Peer => new(Host, Port, Tls);

    /// <summary>Where bytes are counted, inside TLS; null for nowhere.</summary>
    public LinkBytes? Bytes { get; init; }

    /// <summary>Protocol version.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V500;

    /// <summary>Client identifier; empty lets the broker choose one (needs a clean session in 3.1.1).</summary>
    public required string ClientId { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null. 3.1.1 needs a user name with it.</summary>
    public byte[]? Password { get; init; }

    /// <summary>TLS, or null for plain text.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Path and query of a WebSocket that MQTT travels in (5.0 §6); null for none.</summary>
    public string? WebSocketTarget { get; init; }

    /// <summary>Keep-alive period, whole seconds up to 65,535; zero turns it off. The broker may set another.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a PINGREQ may stay unanswered while the socket is empty; null takes half the keep-alive period,
    /// at least 1 s.</summary>
    public TimeSpan? PingTimeout { get; init; }

    /// <summary>How long the broker keeps the session after the connection. Zero asks for a clean session;
    /// 3.1.1 knows only zero or for ever.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>Most unacknowledged QoS 1 and 2 messages towards us, 1 to 65,535. Announced in 5.0 only.</summary>
    /// <remarks>
    /// A message above it is taken all the same instead of closing the connection (5.0 §3.3.4): mosquitto 2.0.11 goes beyond it
    /// (docs/decisions/mqtt-client.md) when it resumes a session with queued messages, and would do so again after every reconnect.
    /// What is unacknowledged is then bounded by the 65,535 identifiers only.
    /// </remarks>
    public int ReceiveMaximum { get; init; } = 1000;

    /// <summary>Most topic aliases the broker may define, 0 to 65,535 (5.0).</summary>
    /// <remarks>None: of three brokers that use them three were seen to give messages another's topic,
    /// in silence (docs/brokers.md).</remarks>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Largest packet accepted [bytes]. A larger one closes the connection; a PUBLISH of 3.1.1, where a broker cannot be told,
    /// comes without its payload.</summary>
    public int MaxPacketBytes { get; init; } = 1 << 20;

    /// <summary>Message the broker publishes when the connection is lost, or null.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>User properties of CONNECT (5.0).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>Longest time from the first DNS question to CONNACK.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Size of the receive buffer [bytes]; it grows for a larger packet and shrinks back.</summary>
    public int ReceiveBufferBytes { get; init; } = 64 * 1024;

    /// <summary>Most bytes waiting for a broker that does not read; beyond it the connection is closed.</summary>
    public int MaxUnsentBytes { get; init; } = 4 << 20;

    /// <summary>Longest time without progress while bytes wait to be sent; beyond it the connection is closed.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Clock of keep-alive.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
