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

    /// <summary>The key <c>keep_alive</c>.</summary>
    public static readonly FieldSpec KeepAlive =
        FieldSpec.Duration("keep_alive", "Keep-alive period.", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(65535))
            with { Default = TimeSpan.FromSeconds(30) };

    /// <summary>The key <c>url</c>.</summary>
    public static FieldSpec Url(string example) =>
        FieldSpec.Of(FieldType.Url, "url",
            $"The broker. `{s_plain.Name}` is plain TCP (port {s_plain.Value}), `{s_tls.Name}` is TLS (port {s_tls.Value}).") with
        {
            Required = true,
            Example = example,
            Choices = [s_plain, s_tls],
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
        FieldSpec.Nested("tls", "TLS options of an `mqtts` URL.", TlsSpec.Spec)
            with { DefaultDoc = "the system's authorities, no client certificate" },
    ];

    /// <summary>The broker of a component with good keys.</summary>
    public static BrokerSettings Build(SpecValues v)
    {
        var url = v.Get<Uri>("url");
        var settings = new BrokerSettings
        {
            Host = HostOf(url),
            Port = PortOf(url),
            Tls = IsTls(url) ? v.Nested<TlsSettings>("tls") ?? new() : null,
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
                    "`tls` beside an `mqtt` URL. Use `mqtts` in the URL, or remove `tls`.");
            if (v.Find("password") is { } plain && !url.IsLoopback)
                findings.Add(FindingCodes.PlainPassword, plain.KeyAt, plain.Path,
                    "the password goes to another machine in plain text. Use `mqtts` in the URL.");
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

    static bool IsTls(Uri url) => url.Scheme == s_tls.Name;

    static string HostOf(Uri url) => url.Host.Trim('[', ']');

    static int PortOf(Uri url) => url.Port > 0 ? url.Port : (int)(IsTls(url) ? s_tls : s_plain).Value;
}
