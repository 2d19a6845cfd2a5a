using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Cli;

/// <summary>The address of an MQTT broker on a command line.</summary>
static class BrokerUrl
{
    /// <summary>What is expected, for people.</summary>
    public const string Expected = "mqtt://HOST[:PORT], or mqtts://, ws:// or wss://";

    /// <summary>Reads it; false when it is no address of a broker, or holds a password.</summary>
    public static bool TryRead(string text, out Uri? url) => Uri.TryCreate(text, UriKind.Absolute, out url) && BrokerSpec.IsBroker(url);

    /// <summary>This machine's name as the id of an agent.</summary>
    public static string AgentId()
    {
        var name = string.Concat(Environment.MachineName.Where(c => Words.Id(c.ToString()) is null));
        return Words.Id(name) is null ? name : "gw-1";
    }
}
