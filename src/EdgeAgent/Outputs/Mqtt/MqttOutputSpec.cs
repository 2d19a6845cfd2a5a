using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>A <c>type: mqtt</c> output.</summary>
public static class MqttOutputSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "mqtt",
        Kind = ComponentKind.Output,
        Doc = "Topics of an MQTT broker, usually a local one: an operator's panel or an actuator. "
            + "With MQTT 5.0 the CloudEvents attributes travel as user properties.",
        Example = "panel: { type: mqtt, url: mqtt://127.0.0.1, topic: \"alerts/{device}\", immediate: true }",
        Fields =
        [
            BrokerSpec.Url("mqtt://127.0.0.1:1883"),
            FieldSpec.Of(FieldType.TextTemplate, "topic", "Topic of each record: text with `{label}` holes.")
                with { Required = true, Example = "\"alerts/{device}\"", Syntax = Topic },
            FieldSpec.Boolean("immediate",
                "Whether alerts are published at once, before the commit that holds them. A crash in between publishes them again with the "
                    + "same identity; what could not be published at once follows after the commit.",
                otherwise: false),
            FieldSpec.Integer("qos", "Quality of service. At 0 a record counts as delivered once it is written to the connection.", 0, 1)
                with { Default = 1L },
            FieldSpec.Boolean("retain", "Whether the broker keeps the last record of each topic for those who subscribe later.",
                otherwise: false),
            .. BrokerSpec.Connection(FieldSpec.Text("client_id", "Client identifier, unique at the broker.")
                with { DefaultDoc = "agent id and output name", Example = "gw-plant7-01-panel" }),
            .. OutputFields.Waiting,
        ],
        Build = v => new MqttOutputSettings
        {
            Name = v.Name,
            Broker = BrokerSpec.Build(v),
            Topic = v.Get<string>("topic"),
            Immediate = v.Get<bool>("immediate"),
            Qos = v.Int("qos"),
            Retain = v.Get<bool>("retain"),
            MaxAge = v.GetNullable<TimeSpan>("max_age"),
            ReplayRate = v.GetNullable<long>("replay_rate"),
        },
        Check = BrokerSpec.Check,
    };

    /// <summary>The output.</summary>
    internal static readonly OutputKind Kind = OutputKind.Of<MqttOutputSettings>(Spec, Make, MqttOutputProbe.Run);

    static MadeOutput Make(MqttOutputSettings settings, OutputContext context)
    {
        var output = new MqttOutput(settings, context.AgentId, context.Health);
        return new MadeOutput(output, 256 << 10, settings.Immediate ? output : null);
    }

    static TextFailure? Topic(string text)
    {
        if (text.Length == 0) return new(0, "a topic has at least one character");
        var bad = text.AsSpan().IndexOfAny("+#\0");
        return bad < 0 ? null : new(bad, "a topic to publish to holds no `+` and no `#`");
    }
}
