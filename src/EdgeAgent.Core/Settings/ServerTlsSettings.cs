namespace EdgeAgent.Core.Settings;

/// <summary>TLS as a server.</summary>
public sealed record ServerTlsSettings
{
    /// <summary>PEM file of the server's certificate, leaf first.</summary>
    public required string CertFile { get; init; }

    /// <summary>PEM file of its key; null when it is in <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PEM file of the authorities whose clients are let in; null lets in all.</summary>
    public string? ClientCaFile { get; init; }
}
