using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Commands;

/// <summary>The <c>commands</c> section of a source: who may ask it to write what.</summary>
public sealed record CommandsSettings
{
    /// <summary>Broker host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Broker port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>4 for MQTT 3.1.1, 5 for MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 5;

    /// <summary>Client identifier; null for one of agent id and source name.</summary>
    public string? ClientId { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; init; }

    /// <summary>TLS (<c>mqtts://</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>The one topic commands are taken from; no wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The topic answers go to.</summary>
    public required string Answers { get; init; }

    /// <summary>Oldest command that is carried out, by its own time and by its arrival.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most commands carried out in a minute.</summary>
    public int PerMinute { get; init; } = 60;

    /// <summary>Everything that can be written; what is not here is refused.</summary>
    public required IReadOnlyList<WriteSettings> Writes { get; init; }
}
