namespace EdgeAgent.Network;

/// <summary>TLS of a client connection: TLS 1.2 or 1.3, the server's name always checked.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM file of the authorities that are trusted instead of the system's, or null.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client certificate, leaf first, then any intermediates; null for none.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the client certificate's private key; null when it is in <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What the key is encrypted with (PKCS #8); null when it is not.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>Name the server's certificate must carry; null takes the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Protocols offered by ALPN (RFC 7301), the best first; empty for none.</summary>
    public IReadOnlyList<string> Alpn { get; init; } = [];
}
