using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>SASL as a client.</summary>
public sealed record SaslSettings
{
    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>User name.</summary>
    public required string Username { get; init; }

    /// <summary>The secret.</summary>
    public required Secret Password { get; init; }
}
