using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>TLS as a client. The server's name is always checked.</summary>
public sealed record TlsSettings
{
    /// <summary>PEM file of trusted authorities; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client certificate; null for none.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the client key; null when it is in <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What the key is encrypted with; null when it is not.</summary>
    public Secret? KeyPassword { get; init; }

    /// <summary>The name to check instead of the host of the URL; null for the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Protocols offered by ALPN, the best first; empty for none.</summary>
    public IReadOnlyList<string> Alpn { get; init; } = [];
}
