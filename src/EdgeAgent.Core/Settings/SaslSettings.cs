using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>SASL as a client.</summary>
public sealed record SaslSettings
{
    /// <summary>The mechanism of tokens: OAuth 2.0 (RFC 7628).</summary>
    public const string OAuth = "OAUTHBEARER";

    /// <summary><c>PLAIN</c>, <c>SCRAM-SHA-256</c>, <c>SCRAM-SHA-512</c> or <see cref="OAuth"/>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>User name; with <see cref="OAuth"/> the client's id at the token server.</summary>
    public required string Username { get; init; }

    /// <summary>The secret; with <see cref="OAuth"/> the client's at the token server.</summary>
    public required Secret Password { get; init; }

    /// <summary>Where tokens are asked for, <c>https://…</c>; null without <see cref="OAuth"/>.</summary>
    public string? TokenUrl { get; init; }

    /// <summary>What the token shall be for; null to leave it to the server.</summary>
    public string? Scope { get; init; }

    /// <summary>PEM file of the authorities that the token server's certificate is checked by; null for the system's.</summary>
    public string? TokenCaFile { get; init; }

    /// <summary>SASL extensions sent with the token (KIP-342).</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();
}
