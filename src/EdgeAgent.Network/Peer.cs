using System.Globalization;

namespace EdgeAgent.Network;

/// <summary>A server to connect to.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tls">TLS, or null for plain text.</param>
public sealed record Peer(string Host, int Port, TlsOptions? Tls = null)
{
    /// <summary>Host and port, for people.</summary>
    public string Where => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>The same as in an HTTP request: an IPv6 address in brackets.</summary>
    public string Authority => Host.Contains(':') ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}") : Where;

    /// <summary>The name its certificate must carry.</summary>
    public string CertificateName => Tls?.ServerName ?? Host;
}
