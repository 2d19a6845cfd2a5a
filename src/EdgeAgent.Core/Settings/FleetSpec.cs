using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>fleet</c> section.</summary>
public static class FleetSpec
{
    const string Variable = "env:";
    const string Fingerprint = "sha256:";

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "fleet",
        Kind = ComponentKind.Section,
        Doc = "The fleet this gateway belongs to: docs/fleet.md. Its documents bring sources, pipelines, outputs, models, "
            + "`buffer` and `commit`; `agent`, `fleet`, `status` and `telemetry` are always those of this file. With this section the "
                + "agent "
            + "runs what it can and reports, also when a document or the rest of this file has errors.",
        Example = "fleet: { url: \"mqtts://fleet.example\", root: \"sha256:"
            + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\", groups: [press] }",
        Fields =
        [
            BrokerSpec.Url("mqtts://fleet.example:8883")
                with { Required = false, DefaultDoc = "none: documents are handed in by `edge-agent fleet apply` alone" },
            FieldSpec.Text("root", "The root this gateway believes without being told by another one: its fingerprint `sha256:…` as "
                + "`edge-agent fleet verify` prints it (with `@5` behind it for root 5), or the path of its file, with a `/` in it.")
                with { Required = true, PathWithSlash = true, Syntax = RootFailure, Example = "/etc/edge-agent/fleet-root.json" },
            FieldSpec.List("groups", "Groups of this gateway. Of several targets its own counts first, then that of the first group "
                + "here that has one, then that of `all`.",
                FieldSpec.Text("", "A group.") with { Syntax = GroupFailure, Example = "press" })
                with { Single = true, Distinct = true, MaxCount = 64, DefaultDoc = "only `all`", Example = "[press, plant7]" },
            FieldSpec.Text("prefix", "What all topics of the fleet start with.") with { Default = "fleet/1", Syntax = PrefixFailure },
            FieldSpec.List("allow", "What a document may bring.",
                FieldSpec.Enum("", "A section.",
                    new("sources", "sources", "Sources, but for their `commands`."),
                    new("pipelines", "pipelines", "Pipelines."),
                    new("outputs", "outputs", "Outputs; files only below the data directory."),
                    new("models", "models", "Models."),
                    new("buffer", "buffer", "Bounds of the outbox."),
                    new("commit", "commit", "When commits happen."),
                    new(FleetReach.Commands, FleetReach.Commands, "Writes to devices: `commands` of sources. Off unless it is named.")))
                with { Distinct = true, DefaultDoc = "all but `commands`", Example = "[pipelines, models]" },
            FieldSpec.List("secrets", "Where the secrets lie that a document may name: folders for `${file:…}`, and `env:NAME` "
                + "for `${env:NAME}`. It may name them only in keys that hold secrets. A file in a folder "
                + "below such a one, named after a host, goes to that host alone.",
                FieldSpec.Text("", "A folder or a variable.") with { PathWithSlash = true, Syntax = SecretFailure,
                    Example = "env:MQTT_PASSWORD" })
                with { Single = true, MaxCount = 64, DefaultDoc = $"`{FleetReach.DefaultSecrets}`", Example = "[/etc/edge-agent/secrets]" },
            FieldSpec.List("allow_hosts", "Hosts that a document may name, of sources and outputs alike, as patterns with "
                + "`*` and `?`. A list of Kafka brokers is where its client starts: the cluster says itself which hosts it has.",
                FieldSpec.Of(FieldType.Glob, "", "A host.") with { Example = "kafka.plant7.example" })
                with { Single = true, MaxCount = 256, DefaultDoc = "any", Example = "[\"*.plant7.example\", 127.0.0.1]" },
            FieldSpec.Duration("heartbeat", "Longest time between two reports, give or take a fifth.", TimeSpan.FromSeconds(10),
                TimeSpan.FromDays(1)) with { Default = TimeSpan.FromMinutes(15) },
            FieldSpec.Boolean("retain_report",
                "Whether the broker keeps the last report for managers that come later. Off above about 10,000 gateways.",
                otherwise: true),
            FieldSpec.Map("vars", "Values for `${var:name}` in documents where the fleet sent none of that name.", FieldType.Name,
                FieldSpec.Text("", "The value.") with { MayBeEmpty = true })
                with { MaxCount = 64, DefaultDoc = "none", Example = "{ unit: 17, line: press 7 }" },
            .. BrokerSpec.Connection(FieldSpec.Text("client_id", "Client identifier, unique at the broker.")
                with { DefaultDoc = "agent id and `fleet`", Example = "gw-plant7-01-fleet" }),
            BrokerSpec.KeepAlive with { Default = TimeSpan.FromMinutes(2) },
        ],
        Build = v => new FleetSettings
        {
            Broker = v.Has("url") ? BrokerSpec.Build(v) : null,
            Root = v.Get<string>("root"),
            Groups = v.Texts("groups"),
            Prefix = v.Get<string>("prefix"),
            Reach = new()
            {
                Allow = v.Has("allow") ? v.Texts("allow") : FleetReach.DefaultAllow,
                SecretFolders = v.Has("secrets")
                    ? [.. v.Texts("secrets").Where(text => !text.StartsWith(Variable, StringComparison.Ordinal))]
                        : [FleetReach.DefaultSecrets],
                SecretVariables =
                    [.. v.Texts("secrets").Where(text => text.StartsWith(Variable, StringComparison.Ordinal)).Select(text =>
                        text[Variable.Length..])],
                Hosts = v.Texts("allow_hosts"),
            },
            Heartbeat = v.Get<TimeSpan>("heartbeat"),
            RetainReport = v.Get<bool>("retain_report"),
            Vars = v.Entries("vars").ToDictionary(entry => entry.Key, entry => (string)entry.Value.Value!),
        },
        Check = BrokerSpec.Check,
    };

    static TextFailure? RootFailure(string text)
    {
        if (!text.StartsWith(Fingerprint, StringComparison.Ordinal))
            return text.Contains('/') ? null
                : new(0, "expected `sha256:` and 64 digits, or a path with a `/` in it, such as `./root.json`");
        var rest = text[Fingerprint.Length..].Split('@', 2);
        if (rest[0].Length != 64 || rest[0].AsSpan().ContainsAnyExcept("0123456789abcdef"))
            return new(Fingerprint.Length, "expected 64 lower-case hexadecimal digits");
        return rest.Length == 1 || uint.TryParse(rest[1], out var version) && version > 0 ? null
            : new(Fingerprint.Length + 65, "expected the version of the root after the `@`");
    }

    static TextFailure? GroupFailure(string text) =>
        text == "all" ? new(0, "every gateway is in `all` already") : Words.Id(text);

    static TextFailure? SecretFailure(string text) =>
        text.StartsWith(Variable, StringComparison.Ordinal)
            ? text.Length == Variable.Length ? new(Variable.Length, "the name of the variable is missing") : null
            : text.Contains('/') ? null : new(0, "expected the path of a folder, or `env:` and the name of a variable");

    static TextFailure? PrefixFailure(string text)
    {
        if (text[0] is '$' or '/' || text[^1] == '/') return new(0, "a prefix starts with neither `$` nor `/` and does not end with `/`");
        var bad = text.AsSpan().IndexOfAny("+#");
        return bad >= 0 ? new(bad, "no wildcards are taken") : text.Length > 200 ? new(200, "longer than 200 characters") : null;
    }
}
