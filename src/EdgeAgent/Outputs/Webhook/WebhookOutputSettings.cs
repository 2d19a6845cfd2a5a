using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>A <c>type: webhook</c> output.</summary>
public sealed record WebhookOutputSettings : OutputSettings
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Port.</summary>
    public required int Port { get; init; }

    /// <summary>Path and query, as they stand in the request; often a secret by itself.</summary>
    public required Secret Target { get; init; }

    /// <summary>Further headers, in the order of the file.</summary>
    public IReadOnlyList<(string Name, Secret Value)> Headers { get; init; } = [];

    /// <summary>Longest time from connecting to the answer's status of one record.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest body; a longer record is rejected.</summary>
    public long MaxBodyBytes { get; init; } = 256 << 10;

    /// <summary>Longest wait a server may ask for.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>TLS (<c>https://</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }
}
