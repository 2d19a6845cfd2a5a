using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The proxy that the agent's own connections go through.</summary>
public sealed record ProxySettings
{
    /// <summary>Host name or address, without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>Port.</summary>
    public required int Port { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; init; }

    /// <summary>What is reached without it: names with all below them, addresses, networks as <c>10.0.0.0/8</c>.</summary>
    public IReadOnlyList<string> NoProxy { get; init; } = [];
}
