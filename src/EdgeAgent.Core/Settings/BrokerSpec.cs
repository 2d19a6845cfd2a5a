using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The keys that say which MQTT broker and as whom, wherever there is one: a source, an output, commands.</summary>
public static class BrokerSpec
{
    /// <summary>Who we are to the broker: <c>username</c>, <c>password</c>, <c>tls</c>.</summary>
    public static readonly FieldSpec[] Access =
    [
        FieldSpec.Text("username", "User name.") with { DefaultDoc = "none", Example = "gateway" },
        FieldSpec.Secret("password", "Password.") with { DefaultDoc = "none", Example = "${file:/etc/edge-agent/mqtt.password}" },
        FieldSpec.Nested("tls", "TLS options of an `mqtts` URL.", TlsSpec.Spec)
            with { DefaultDoc = "the system's authorities, no client certificate" },
    ];

    /// <summary>The key <c>url</c>.</summary>
    public static FieldSpec Url(string example) =>
        FieldSpec.Of(FieldType.Url, "url", "The broker. `mqtt` is plain TCP (port 1883), `mqtts` is TLS (port 8883).") with
        {
            Required = true,
            Example = example,
            Choices = [new("mqtt", 1883, "Plain TCP."), new("mqtts", 8883, "TLS; the server's name is always checked.")],
        };

    /// <summary>The key <c>protocol</c>; <paramref name="of311"/> says what there is to know of the old one.</summary>
    public static FieldSpec Protocol(string of311 = "MQTT 3.1.1.") =>
        FieldSpec.Enum("protocol", "Protocol version.", new("v5", 5, "MQTT 5.0."), new("v3.1.1", 4, of311)) with { Default = 5 };

    /// <summary>Where the broker of a component with good keys is; <c>Tls</c> is null for plain text.</summary>
    public static (string Host, int Port, TlsSettings? Tls) Address(SpecValues v)
    {
        var url = v.Get<Uri>("url");
        var secure = url.Scheme == "mqtts";
        return (url.Host.Trim('[', ']'), url.Port > 0 ? url.Port : secure ? 8883 : 1883,
            secure ? v.Nested<TlsSettings>("tls") ?? new() : null);
    }

    /// <summary>Finds keys that do not go together.</summary>
    public static void Check(SpecValues v, FindingList findings)
    {
        if (v.TryGet("url", out Uri url) && url.Scheme == "mqtt")
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
}
