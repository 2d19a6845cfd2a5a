using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The keys of an MQTT broker wherever there is one: a source, an output, commands.</summary>
/// <remarks>They stand beside the keys of their component: <see cref="Url"/>, then <see cref="Connection"/>, and <see cref="KeepAlive"/>
/// where that can be chosen. A key for all of them goes into <see cref="Connection"/>.</remarks>
public static class BrokerSpec
{
    // A scheme's value is its port.
    static readonly Choice s_plain = new("mqtt", 1883, "Plain TCP.");
    static readonly Choice s_tls = new("mqtts", 8883, "TLS; the server's name is always checked.");
    static readonly Choice s_webSocket = new("ws", 80, "A WebSocket.");
    static readonly Choice s_tlsWebSocket = new("wss", 443, "A WebSocket over TLS.");
    static readonly Choice[] s_schemes = [s_plain, s_tls, s_webSocket, s_tlsWebSocket];

    // Where most brokers have it.
    const string UsualPath = "/mqtt";

    /// <summary>The key <c>keep_alive</c>.</summary>
    public static readonly FieldSpec KeepAlive =
        FieldSpec.Duration("keep_alive", "Keep-alive period.", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(65535))
            with { Default = TimeSpan.FromSeconds(30) };

    /// <summary>The key <c>url</c>.</summary>
    public static FieldSpec Url(string example) =>
        FieldSpec.Of(FieldType.Url, "url",
            $"The broker. `{s_plain.Name}` is plain TCP (port {s_plain.Value}), `{s_tls.Name}` is TLS (port {s_tls.Value}); "
                + $"`{s_webSocket.Name}` (port {s_webSocket.Value}) and `{s_tlsWebSocket.Name}` (port {s_tlsWebSocket.Value}) are the same "
                + $"inside a WebSocket, at the path of the URL or at `{UsualPath}`.") with
        {
            Required = true,
            Example = example,
            Choices = s_schemes,
            HasPath = true,
            Pathless = [s_plain.Name, s_tls.Name],
        };

    /// <summary>How we speak and who we are: <c>protocol</c>, <c>client_id</c>, <c>username</c>, <c>password</c>, <c>tls</c>.</summary>
    /// <param name="clientId">The key <c>client_id</c>, which each component explains.</param>
    /// <param name="of311">What there is to know of the old protocol.</param>
    public static FieldSpec[] Connection(FieldSpec clientId, string of311 = "MQTT 3.1.1.") =>
    [
        FieldSpec.Enum("protocol", "Protocol version.", new("v5", 5, "MQTT 5.0."), new("v3.1.1", 4, of311)) with { Default = 5 },
        clientId,
        FieldSpec.Text("username", "User name.") with { DefaultDoc = "none", Example = "gateway" },
        FieldSpec.Secret("password", "Password.") with { DefaultDoc = "none", Example = "${file:/etc/edge-agent/mqtt.password}" },
        FieldSpec.Nested("tls", "TLS options of an `mqtts` or `wss` URL.", TlsSpec.Spec)
            with { DefaultDoc = "the system's authorities, no client certificate" },
    ];

    /// <summary>Whether a URL is the address of a broker, and nothing else.</summary>
    public static bool IsBroker(Uri url) =>
        s_schemes.Any(scheme => scheme.Name == url.Scheme) && url is { Host.Length: > 0, UserInfo: "", Fragment: "" }
            && (IsWebSocket(url) || url.PathAndQuery is "" or "/");

    /// <summary>The broker at a URL; <paramref name="tls"/> counts where that speaks TLS.</summary>
    public static BrokerSettings At(Uri url, TlsSettings? tls) => new()
    {
        Host = HostOf(url),
        Port = PortOf(url),
        Tls = IsTls(url) ? tls ?? new() : null,
        WebSocketTarget = IsWebSocket(url) ? new Secret(url.PathAndQuery == "/" ? UsualPath : url.PathAndQuery) : null,
    };

    /// <summary>The broker of a component with good keys.</summary>
    public static BrokerSettings Build(SpecValues v)
    {
        var url = v.Get<Uri>("url");
        var settings = At(url, v.Nested<TlsSettings>("tls")) with
        {
            ProtocolVersion = v.Get<int>("protocol"),
            ClientId = v.GetOrNull<string>("client_id"),
            Username = v.GetOrNull<string>("username"),
            Password = v.GetOrNull<Secret>("password"),
        };
        return v.Spec.Field(KeepAlive.Name) is null ? settings : settings with { KeepAlive = v.Get<TimeSpan>(KeepAlive.Name) };
    }

    /// <summary>Finds keys that do not go together.</summary>
    public static void Check(SpecValues v, FindingList findings)
    {
        if (v.TryGet("url", out Uri url) && !IsTls(url))
        {
            if (v.Find("tls") is { } tls)
                findings.Add(FindingCodes.Exclusive, tls.KeyAt, tls.Path,
                    $"`tls` beside {(url.Scheme == s_plain.Name ? "an" : "a")} `{url.Scheme}` URL. Use `{url.Scheme}s` in the URL, or "
                        + "remove `tls`.");
            if (v.Find("password") is { } plain && !url.IsLoopback)
                findings.Add(FindingCodes.PlainPassword, plain.KeyAt, plain.Path,
                    $"the password goes to another machine in plain text. Use `{url.Scheme}s` in the URL.");
        }

        if (v.Find("password") is { } password && !v.Has("username") && v.TryGet("protocol", out int version) && version == 4)
            findings.Add(FindingCodes.NeedsOneOf, password.KeyAt, v.Path,
                "`password` without `username`, which MQTT 3.1.1 does not allow. Give both, or use `protocol: v5`.");
    }

    /// <summary>Finds components that would take each other's place at a broker; those without keys of a broker are passed over.</summary>
    public static void CheckClientIds(IEnumerable<SpecValue> sources, FindingList findings)
    {
        var seen = new Dictionary<(string Host, int Port, string ClientId), SpecValue>();
        foreach (var source in sources)
        {
            if (source.Nested is not { } values || values.Spec.Field("client_id") is null) continue;
            if (values.Find("client_id") is not { Value: string id } at || !values.TryGet("url", out Uri url)) continue;
            var session = (HostOf(url), PortOf(url), id);
            if (!seen.TryAdd(session, at))
                findings.Add(FindingCodes.SameClientId, at.At, at.Path, $"the source in line {seen[session].At.Line} has the "
                    + "same client id at the same broker; each would push the other out. Give each its own.");
        }
    }

    static bool IsTls(Uri url) => url.Scheme == s_tls.Name || url.Scheme == s_tlsWebSocket.Name;

    static bool IsWebSocket(Uri url) => url.Scheme == s_webSocket.Name || url.Scheme == s_tlsWebSocket.Name;

    static string HostOf(Uri url) => url.Host.Trim('[', ']');

    static int PortOf(Uri url) => url.Port > 0 ? url.Port : (int)s_schemes.First(scheme => scheme.Name == url.Scheme).Value;
}
