using EdgeAgent.Core.Settings.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>A <c>type: mqtt</c> output.</summary>
public static class MqttOutputSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "mqtt",
        Kind = ComponentKind.Output,
        Doc = "Topics of an MQTT broker, usually a local one: an operator's panel or an actuator. With MQTT 5.0 the CloudEvents attributes travel as user properties.",
        Example = "panel: { type: mqtt, url: mqtt://127.0.0.1, topic: \"alerts/{device}\", immediate: true }",
        Fields =
        [
            FieldSpec.Of(FieldType.Url, "url", "The broker. `mqtt` is plain TCP (port 1883), `mqtts` is TLS (port 8883).") with
            {
                Required = true,
                Example = "mqtt://127.0.0.1:1883",
                Choices = [new("mqtt", 1883, "Plain TCP."), new("mqtts", 8883, "TLS; the server's name is always checked.")],
            },
            FieldSpec.Of(FieldType.TextTemplate, "topic", "Topic of each record: text with `{label}` holes.") with { Required = true, Example = "\"alerts/{device}\"", Syntax = Topic },
            FieldSpec.Boolean("immediate", "Whether alerts are published at once, before the commit that holds them. A crash in between publishes them again with the same identity; what could not be published at once follows after the commit.", otherwise: false),
            FieldSpec.Integer("qos", "Quality of service. At 0 a record counts as delivered once it is written to the connection.", 0, 1) with { Default = 1L },
            FieldSpec.Boolean("retain", "Whether the broker keeps the last record of each topic for those who subscribe later.", otherwise: false),
            FieldSpec.Enum("protocol", "Protocol version.",
                new("v5", 5, "MQTT 5.0."),
                new("v3.1.1", 4, "MQTT 3.1.1.")) with { Default = 5 },
            FieldSpec.Text("client_id", "Client identifier, unique at the broker.") with { DefaultDoc = "agent id and output name", Example = "gw-plant7-01-panel" },
            FieldSpec.Text("username", "User name.") with { DefaultDoc = "none", Example = "gateway" },
            FieldSpec.Secret("password", "Password.") with { DefaultDoc = "none", Example = "${file:/etc/edge-agent/mqtt.password}" },
            FieldSpec.Nested("tls", "TLS options of an `mqtts` URL.", TlsSpec.Spec) with { DefaultDoc = "the system's authorities, no client certificate" },
        ],
        Build = v =>
        {
            var url = v.Get<Uri>("url");
            var secure = url.Scheme == "mqtts";
            return new MqttOutputSettings
            {
                Name = v.Name,
                Host = url.Host.Trim('[', ']'),
                Port = url.Port > 0 ? url.Port : secure ? 8883 : 1883,
                Topic = v.Get<string>("topic"),
                Immediate = v.Get<bool>("immediate"),
                Qos = v.Int("qos"),
                Retain = v.Get<bool>("retain"),
                ProtocolVersion = v.Get<int>("protocol"),
                ClientId = v.GetOrNull<string>("client_id"),
                Username = v.GetOrNull<string>("username"),
                Password = v.GetOrNull<Secret>("password"),
                Tls = secure ? v.Nested<TlsSettings>("tls") ?? new() : null,
            };
        },
        Check = static (v, findings) =>
        {
            if (!v.TryGet("url", out Uri url) || url.Scheme != "mqtt") return;
            if (v.Find("tls") is { } tls)
                findings.Add(FindingCodes.Exclusive, tls.KeyAt, tls.Path, "`tls` beside an `mqtt` URL. Use `mqtts` in the URL, or remove `tls`.");
            if (v.Find("password") is { } password && !url.IsLoopback)
                findings.Add(FindingCodes.PlainPassword, password.KeyAt, password.Path, "the password goes to another machine in plain text. Use `mqtts` in the URL.");
        },
    };

    static TextFault? Topic(string text)
    {
        if (text.Length == 0) return new(0, "a topic has at least one character");
        var bad = text.AsSpan().IndexOfAny("+#\0");
        return bad < 0 ? null : new(bad, "a topic to publish to holds no `+` and no `#`");
    }
}
