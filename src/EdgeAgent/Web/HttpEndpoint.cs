using System.Net;

namespace EdgeAgent.Web;

/// <summary>Where a server listens and who may ask.</summary>
/// <param name="Name">What it is called in metrics.</param>
/// <param name="What">What it is called in the log, such as <c>metrics address</c>.</param>
/// <param name="Address">Where it listens: an IP address and port, or the path of a Unix socket.</param>
sealed record HttpEndpoint(string Name, string What, EndPoint Address)
{
    /// <summary>Names a request's <c>Host</c> may have besides <c>localhost</c> and addresses: any other may be a foreign page that has
    /// pointed its own name here (DNS rebinding).</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The password each request must bring; null for none.</summary>
    public PasswordGate? Password { get; init; }

    /// <summary>TLS; null for plain text.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>Its bounds.</summary>
    public HttpLimits Limits { get; init; } = new();

    /// <summary>Whether a request with this <c>Host</c> is for us.</summary>
    public bool Takes(string? host)
    {
        if (Address is not IPEndPoint || host is null) return true; // HTTP/1.0 has none, and no browser speaks it
        var name = host;
        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !host.EndsWith(']')) name = host[..colon];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(name, out _)
            || Hosts.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
