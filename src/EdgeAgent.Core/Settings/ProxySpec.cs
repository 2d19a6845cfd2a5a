using System.Globalization;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>proxy</c> section.</summary>
public static class ProxySpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "proxy",
        Kind = ComponentKind.Section,
        Doc = "An HTTP proxy for all connections of the agent but those of Kafka outputs, whose client library knows none: MQTT, webhooks, "
            + "OTLP. The proxy opens a tunnel (CONNECT) and resolves the names. A reload takes it over for connections made from then on.",
        Example = "proxy: { url: \"http://proxy.plant7.example:3128\", no_proxy: [10.0.0.0/8] }",
        Fields =
        [
            FieldSpec.Of(FieldType.Url, "url", "The proxy. What goes through it is as safe as it is by itself: over TLS, safe.") with
            {
                Required = true,
                Example = "\"http://proxy.plant7.example:3128\"",
                Choices = [new("http", 80, "HTTP.")],
            },
            FieldSpec.Text("username", "User name.") with { DefaultDoc = "none", Example = "gateway" },
            FieldSpec.Secret("password", "Password; it goes to the proxy as HTTP's Basic authentication, readable on the way to it.")
                with { DefaultDoc = "none", Example = "${file:/etc/edge-agent/proxy.password}" },
            FieldSpec.List("no_proxy", "What is reached without it: host names, with all names below them, addresses and networks. This "
                + "machine always is.", FieldSpec.Text("", "A host or a network.") with { Syntax = WhyNot })
                with { MaxCount = 100, DefaultDoc = "this machine alone", Example = "[10.0.0.0/8, plant7.example]" },
        ],
        Build = Settings,
        Check = static (v, findings) =>
        {
            if (v.Find("password") is { } password && !v.Has("username"))
                findings.Add(FindingCodes.NeedsOneOf, password.KeyAt, password.Path, "`password` without `username`. Give both, or none.");
            if (v.Find("username") is { Value: string name } user && name.Contains(':'))
                findings.Add(FindingCodes.BadText, user.At, user.Path, "a user name with a `:`, which ends it in HTTP. Use another.");
        },
    };

    static ProxySettings Settings(SpecValues v)
    {
        var url = v.Get<Uri>("url");
        return new ProxySettings
        {
            Host = url.Host.Trim('[', ']'),
            Port = url.Port,
            Username = v.GetOrNull<string>("username"),
            Password = v.GetOrNull<Secret>("password"),
            NoProxy = v.Texts("no_proxy"),
        };
    }

    static TextFailure? WhyNot(string entry)
    {
        var slash = entry.IndexOf('/');
        var host = slash < 0 ? entry.TrimStart('*').TrimStart('.') : entry[..slash];
        var most = Uri.CheckHostName(host) switch
        {
            UriHostNameType.IPv4 => 32,
            UriHostNameType.IPv6 => 128,
            UriHostNameType.Dns => 0,
            _ => -1,
        };
        var isGood = slash < 0 ? most >= 0
            : byte.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
                && most > 0 && bits <= most;
        return isGood ? null : new(0, "neither a host name, nor an address, nor a network such as 10.0.0.0/8");
    }
}
