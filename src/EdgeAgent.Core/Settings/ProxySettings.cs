using System.Net;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

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

    /// <summary>Whether a host is reached without it. This machine always is; a name is not resolved for the comparison.</summary>
    public bool IsDirect(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        var address = IPAddress.TryParse(host, out var parsed) ? parsed : null;
        if (address is not null && IPAddress.IsLoopback(address)) return true;
        foreach (var entry in NoProxy)
            if (address is null ? IsBelow(host, entry) : IsIn(address, entry)) return true;
        return false;
    }

    /// <summary>What is wrong with an entry of <see cref="NoProxy"/>, or null.</summary>
    public static TextFault? WhyNot(string entry) =>
        IPNetwork.TryParse(entry, out _) || IPAddress.TryParse(entry, out _)
            || !entry.Contains('/') && Uri.CheckHostName(Bare(entry)) == UriHostNameType.Dns ? null
            : new(0, "neither a host name, nor an address, nor a network such as 10.0.0.0/8");

    static bool IsBelow(string host, string entry)
    {
        var name = Bare(entry);
        return host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            && (host.Length == name.Length || host[host.Length - name.Length - 1] == '.');
    }

    static bool IsIn(IPAddress address, string entry) =>
        IPNetwork.TryParse(entry, out var network) ? network.Contains(address)
            : IPAddress.TryParse(entry, out var one) && one.Equals(address);

    // `.example` and `*.example` are how other programs write it.
    static string Bare(string entry) => entry.TrimStart('*').TrimStart('.');
}
