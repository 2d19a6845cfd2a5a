using EdgeAgent.Core.Specs;

namespace EdgeAgent.Cli;

/// <summary>The address of an MQTT broker on a command line.</summary>
static class BrokerUrl
{
    /// <summary>Reads it; false when it is no address of a broker, or holds a password.</summary>
    public static bool TryRead(string text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "mqtt" or "mqtts" && url is { Host.Length: > 0, UserInfo: "" }
            && url.PathAndQuery is "" or "/";

    /// <summary>Its host, an address of IPv6 without its brackets.</summary>
    public static string Host(Uri url) => url.Host.Trim('[', ']');

    /// <summary>Its port, or that of its scheme.</summary>
    public static int Port(Uri url) => url.Port > 0 ? url.Port : url.Scheme == "mqtts" ? 8883 : 1883;

    /// <summary>This machine's name as the id of an agent.</summary>
    public static string AgentId()
    {
        var name = string.Concat(Environment.MachineName.Where(c => Words.Id(c.ToString()) is null));
        return Words.Id(name) is null ? name : "gw-1";
    }
}
