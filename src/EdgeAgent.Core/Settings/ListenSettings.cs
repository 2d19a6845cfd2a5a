using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>An address where the agent answers, and whom.</summary>
public sealed record ListenSettings
{
    /// <summary>An IP address, without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>The port.</summary>
    public required int Port { get; init; }

    /// <summary>Names by which it may be asked for besides <c>localhost</c> and addresses.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Hash of the password each request must bring; null for none.</summary>
    public Secret? PasswordHash { get; init; }

    /// <summary>TLS; null for plain text.</summary>
    public ServerTlsSettings? Tls { get; init; }
}
