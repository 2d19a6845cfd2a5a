using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A manager's file: broker, trust, keys, list of gateways.</summary>
sealed record ManagerSettings
{
    /// <summary>The broker.</summary>
    public required BrokerSettings Broker { get; init; }

    /// <summary>Prefix of the topics.</summary>
    public required string Prefix { get; init; }

    /// <summary>File of the pinned root; newer ones come from the broker.</summary>
    public required string Root { get; init; }

    /// <summary>PEM file of the key of the role <c>rollout</c>; null for a manager that only looks, or that signs by a command.</summary>
    public string? Key { get; init; }

    /// <summary>Password of <see cref="Key"/>.</summary>
    public Secret? KeyPassword { get; init; }

    /// <summary>Command that signs; null for the key file.</summary>
    public string? SignWith { get; init; }

    /// <summary>File with the PEM of the public key that <see cref="SignWith"/> signs for.</summary>
    public string? PublicKey { get; init; }

    /// <summary>File of the gateways' ids, keys and groups, a line each.</summary>
    public required string Gateways { get; init; }

    /// <summary>The local file, which can be rebuilt from the broker.</summary>
    public required string Cache { get; init; }

    /// <summary>How often gateways report when nothing happens.</summary>
    public required TimeSpan Heartbeat { get; init; }

    /// <summary>Whether gateways are asked for reports that the broker does not keep.</summary>
    public required bool AskReports { get; init; }
}
