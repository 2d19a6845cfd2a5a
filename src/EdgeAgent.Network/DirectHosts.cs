using System.Net;

namespace EdgeAgent.Network;

/// <summary>Hosts that are reached without a proxy.</summary>
public static class DirectHosts
{
    /// <summary>Whether a host is one of them. This machine always is; a name is not resolved for the comparison.</summary>
    /// <param name="entries">Names, with all names below them; addresses; networks as <c>10.0.0.0/8</c>.</param>
    /// <param name="host">Name or address.</param>
    public static bool Have(IReadOnlyList<string> entries, string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        var address = IPAddress.TryParse(host, out var parsed) ? parsed : null;
        if (address is not null && IPAddress.IsLoopback(address)) return true;
        foreach (var entry in entries)
            if (address is null ? IsBelow(host, entry) : IsIn(address, entry)) return true;
        return false;
    }

    // `.example` and `*.example` are how other programs write it.
    static bool IsBelow(string host, string entry)
    {
        var name = entry.TrimStart('*').TrimStart('.');
        return host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            && (host.Length == name.Length || host[host.Length - name.Length - 1] == '.');
    }

    static bool IsIn(IPAddress address, string entry) => IPAddress.TryParse(entry, out var one) ? one.Equals(address)
        : IPNetwork.TryParse(entry, out var network) && network.Contains(address);
}
