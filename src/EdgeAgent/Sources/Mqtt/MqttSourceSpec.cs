using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>A <c>type: mqtt</c> source.</summary>
public static class MqttSourceSpec
{
    static readonly ComponentSpec Publish = new()
    {
        Name = "publish",
        Kind = ComponentKind.Section,
        Doc = "A message that is published again and again.",
        Fields =
        [
            FieldSpec.Text("topic", "Topic.") with { Required = true, Syntax = Topic, Example = "R/c0619ab7/keepalive" },
            FieldSpec.Text("payload", "Payload.") with { DefaultDoc = "empty", MayBeEmpty = true },
            FieldSpec.Duration("every", "From one time to the next.", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
                with { Required = true, Example = "30s" },
        ],
        Build = v => new RepeatedPublish(v.Get<string>("topic"), v.GetOrNull<string>("payload") ?? "", v.Get<TimeSpan>("every")),
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "mqtt",
        Kind = ComponentKind.Source,
        Doc = "One connection to an MQTT broker as a client. Messages are acknowledged only after the commit that holds "
            + "what became of them.",
        Example = """
            plant:
              type: mqtt
              url: mqtt://127.0.0.1:1883
              client_id: gw-plant7-01
              subscriptions:
                - topic: sensors/{site}/{device}/{metric}
                  decode: { format: json, value: $.value, time: { path: $.ts, unit: ms } }
            """,
        Fields =
        [
            BrokerSpec.Url("mqtts://broker.plant7.example:8883"),
            .. BrokerSpec.Connection(FieldSpec.Text(
                "client_id", "Client identifier; with the broker it names the session, so it must be unique there and stay the same.")
                with { Required = true, Example = "gw-plant7-01", Syntax = ClientId }),
            FieldSpec.Duration("session_expiry",
                "How long the broker keeps the session while the agent is away; `0s` asks for a clean session.", TimeSpan.Zero,
                TimeSpan.FromDays(49_710))
                with { Default = TimeSpan.FromDays(3) },
            FieldSpec.Integer("receive_maximum", "Most messages of QoS 1 and 2 in flight towards the agent.", 1, 65535)
                with { Default = 1000L },
            FieldSpec.Integer("topic_alias_maximum",
                "Most topic aliases the broker may use (v5). Some brokers give messages another's topic with them: see docs/brokers.md.", 0,
                65535) with { Default = 0L },
            BrokerSpec.KeepAlive,
            FieldSpec.Size("max_packet_size", "Largest packet accepted. A broker of v5 is told and keeps larger ones back; "
                + "those of a v3.1.1 broker are passed over, acknowledged and counted as bad.", 1024, 256 << 20)
                    with { Default = 1L << 20 },
            FieldSpec.List("subscriptions", "What is subscribed and how it is decoded.",
                FieldSpec.Nested("", "A subscription.", SubscriptionSpec.Spec))
                with { Required = true, MinCount = 1, MaxCount = 256 },
            FieldSpec.List("publish", "What is published again and again, for devices that send only while they are asked to: at once "
                + "when connected, and then at each interval, with QoS 0.", FieldSpec.Nested("", "A message.", Publish))
                with { DefaultDoc = "nothing", MinCount = 1, MaxCount = 64 },
        ],
        Build = v => new MqttSourceSettings
        {
            Name = v.Name,
            Broker = BrokerSpec.Build(v),
            SessionExpiry = v.Get<TimeSpan>("session_expiry"),
            ReceiveMaximum = v.Int("receive_maximum"),
            TopicAliasMaximum = v.Int("topic_alias_maximum"),
            MaxPacketBytes = (int)v.Get<long>("max_packet_size"),
            Subscriptions = v.All<SubscriptionSettings>("subscriptions"),
            Publish = v.Has("publish") ? v.All<RepeatedPublish>("publish") : [],
        },
        Check = Check,
        Labels = static (v, scope) =>
        {
            if (v.Find("subscriptions") is not { } list) return scope with { IsOpen = true };
            foreach (var item in list.Items)
                scope = item.Nested is { } subscription ? scope.Or(SubscriptionSpec.LabelsOf(subscription)) : scope with { IsOpen = true };
            return scope;
        },
    };

    /// <summary>The source.</summary>
    internal static readonly SourceKind Kind = SourceKind.Of<MqttSourceSettings>(Spec,
        (settings, context) => new MqttSource(settings, context.Commit, context.Feed, context.Series, context.Log),
        MqttSourceProbe.Run, new() { Untried = MqttSourceProbe.Untried, Changeable = ["subscriptions"] });

    static void Check(SpecValues v, FindingList findings)
    {
        BrokerSpec.Check(v, findings);
        if (v.Find("session_expiry") is { Value: TimeSpan { Ticks: 0 } } expiry
            && v.Items("subscriptions").Any(s => s.Nested is { } n && n.TryGet("qos", out long qos) && qos > 0))
            findings.Add(FindingCodes.CleanSession, expiry.At, expiry.Path,
                "0s keeps no session, so messages of QoS 1 and 2 that come while the agent is away are lost. Use a duration such as 3d.");
        MqttOverlaps.Check(v, findings);
    }

    static TextFailure? Topic(string text)
    {
        var bad = text.AsSpan().IndexOfAny("+#\0");
        if (bad >= 0) return new(bad, "a topic to publish to has no wildcards");
        return text.Length > 1024 ? new(0, "at most 1,024 characters") : null;
    }

    static TextFailure? ClientId(string text)
    {
        if (text.Length is 0 or > 256) return new(0, "1 to 256 characters are expected");
        var bad = text.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        return bad < 0 ? null : new(bad, "control characters are not allowed");
    }
}
