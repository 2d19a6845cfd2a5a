using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Sources.Commands;

/// <summary>The <c>commands</c> section; what one of <c>writes</c> looks like is the source's part.</summary>
public static class CommandsSpec
{
    /// <summary>The key <c>commands</c> of a source whose writes are of <paramref name="write"/>.</summary>
    public static FieldSpec Field(ComponentSpec write, string example) =>
        FieldSpec.Nested("commands", "Writes that others may ask for over MQTT.", For(write, example))
            with { DefaultDoc = "off: nothing is ever written", WritesDevices = true };

    static ComponentSpec For(ComponentSpec write, string example) => new()
    {
        Name = "commands",
        Kind = ComponentKind.Section,
        Doc = "Writes that others may ask for over MQTT, and nothing else. A command is one JSON object on `topic`: `{\"id\": \"c-17\", "
            + "\"write\": \"setpoint\", \"value\": 42.5}`, with `time` if it has one. It is carried out at most once, "
            + "and its answer published. Retained messages are refused. Who may publish there is for the broker to decide.",
        Example = example,
        Fields =
        [
            BrokerSpec.Url("mqtt://127.0.0.1:1883"),
            FieldSpec.Text("topic", "The one topic commands are taken from, without wildcards.")
                with { Required = true, Example = "plant7/meters/commands", Syntax = Topic },
            FieldSpec.Text("answers", "The topic answers go to. A response topic of MQTT 5.0 is followed when it is this one or below it.")
                with { DefaultDoc = "`topic` and `/answers`", Example = "plant7/meters/answers", Syntax = Topic },
            FieldSpec.Duration("max_age", "Oldest command that is carried out: by its `time`, and by how long it waited here.",
                TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)) with { Default = TimeSpan.FromSeconds(10) },
            FieldSpec.Integer("per_minute", "Most commands carried out in a minute; more are refused.", 1, 6000) with { Default = 60L },
            .. BrokerSpec.Connection(
                FieldSpec.Text("client_id", "Client identifier, unique at the broker.")
                    with { DefaultDoc = "agent id, source name and `commands`", Example = "gw-plant7-01-meters-commands" },
                "MQTT 3.1.1; it cannot tell a retained command from another while connected."),
            FieldSpec.List("writes", "What may be written.", FieldSpec.Nested("", "A write.", write))
                with { Required = true, MinCount = 1, MaxCount = 1000 },
        ],
        Build = v => new CommandsSettings
        {
            Broker = BrokerSpec.Build(v),
            Topic = v.Get<string>("topic"),
            Answers = v.GetOrNull<string>("answers") ?? v.Get<string>("topic") + "/answers",
            Rules = new CommandRules
            {
                MaxAge = v.Get<TimeSpan>("max_age"),
                PerMinute = v.Int("per_minute"),
                Writes = v.All<WriteSettings>("writes"),
            },
        },
        Check = Check,
    };

    static void Check(SpecValues v, FindingList findings)
    {
        BrokerSpec.Check(v, findings);
        if (v.Find("answers") is { Value: string answers } at && v.TryGet("topic", out string topic) && answers == topic)
            findings.Add(FindingCodes.Exclusive, at.At, at.Path, "answers would come back as commands. Give them a topic of their own.");
        var names = new Dictionary<string, SpecValue>();
        foreach (var item in v.Items("writes"))
            if (item.Nested?.Find("name") is { Value: string name } named && !names.TryAdd(name, item))
                findings.Add(FindingCodes.BadCount, named.At, named.Path,
                    $"write {name} is also in line {names[name].At.Line}. Give each its own name.");
    }

    static TextFailure? Topic(string text)
    {
        if (text[0] == '$') return new(0, "topics that start with `$` belong to the broker");
        if (System.Text.Encoding.UTF8.GetByteCount(text) > 60_000) return new(0, "a topic has at most 65,535 bytes");
        var bad = text.AsSpan().IndexOfAny("+#\0");
        return bad < 0 ? null : new(bad, "one exact topic is expected, without `+` and `#`");
    }
}
