using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>proxy</c> section, and who cannot use it.</summary>
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
                + "machine always is.", FieldSpec.Text("", "A host or a network.") with { Syntax = ProxySettings.WhyNot })
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

    /// <summary>Finds components that go around the proxy because they cannot use it, where that is not said in <c>no_proxy</c>.</summary>
    public static void CheckDirect(SpecValues proxy, IEnumerable<SpecValue> components, FindingList findings)
    {
        var settings = proxy.Settings as ProxySettings;
        foreach (var component in components)
        {
            if (settings is null || component.Nested is not { Spec.DirectHosts: { } hosts } values) continue;
            if (hosts(values).FirstOrDefault(host => !settings.IsDirect(host)) is { } host)
                findings.Add(FindingCodes.AroundProxy, component.KeyAt, component.Path,
                    $"`{host}` is reached without the proxy: the client library of `{values.Spec.Name}` knows none. Name it under "
                        + "`proxy.no_proxy` where it can be reached so; else send by an `mqtt` output with a `wss` URL, or a `webhook`.");
        }
    }

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
}
