using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The keys of a manager's file.</summary>
static class ManagerSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "manager",
        Kind = ComponentKind.Section,
        Doc = "A manager of a fleet: its broker, keys and files.",
        Fields =
        [
            BrokerSpec.Url("mqtts://broker.example.com"),
            .. BrokerSpec.Connection(FieldSpec.Text("client_id", "Client identifier.") with { DefaultDoc = "a random one" }),
            FieldSpec.Text("prefix", "First levels of all topics, as on the gateways.") with
            {
                Default = FleetTopics.DefaultPrefix, Syntax = t => t.AsSpan().IndexOfAny("+#") is var at && at < 0 && !t.EndsWith('/')
                    ? null
                    : new(Math.Max(0, at), "a prefix has no wildcard and no slash at its end"),
            },
            FieldSpec.Of(FieldType.Path, "root", "The pinned root, as `fleet root` wrote it. Newer ones come from the broker.")
                with { Required = true, Example = "root.json" },
            FieldSpec.Of(FieldType.Path, "key", "Private key (PEM) of the role `rollout`.")
                with { Example = "rollout.pem", DefaultDoc = "none" },
            FieldSpec.Secret("key_password", "Password of `key`.") with { DefaultDoc = "none", Example = "${env:ROLLOUT_PASSWORD}" },
            FieldSpec.Text("sign_with", "Command that signs in place of `key`, as `fleet sign --sign-with` takes it.")
                with { DefaultDoc = "none" },
            FieldSpec.Of(FieldType.Path, "public_key", "Public key (PEM) of `sign_with`.") with { DefaultDoc = "none" },
            FieldSpec.Of(FieldType.Path, "gateways", "What `fleet enroll` printed on each gateway, a line each.")
                with { Required = true, Example = "gateways.jsonl" },
            FieldSpec.Of(FieldType.Path, "cache", "The local file. It may be deleted at any time.")
                with { DefaultDoc = "beside this file, `.cache` at its end" },
            FieldSpec.Duration("heartbeat", "How often gateways report when nothing happens; as `fleet.heartbeat` there.",
                TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)) with { Default = TimeSpan.FromMinutes(15) },
            FieldSpec.Boolean("ask_reports", "Ask gateways for reports that the broker does not keep (`fleet.retain_report: false`).",
                false),
        ],
        Build = v => new ManagerSettings
        {
            Broker = BrokerSpec.Build(v),
            Prefix = v.Get<string>("prefix"),
            Root = v.Get<string>("root"),
            Key = v.GetOrNull<string>("key"),
            KeyPassword = v.GetOrNull<Secret>("key_password"),
            SignWith = v.GetOrNull<string>("sign_with"),
            PublicKey = v.GetOrNull<string>("public_key"),
            Gateways = v.Get<string>("gateways"),
            Cache = v.GetOrNull<string>("cache") ?? "",
            Heartbeat = v.Get<TimeSpan>("heartbeat"),
            AskReports = v.Get<bool>("ask_reports"),
        },
        Check = static (v, findings) =>
        {
            BrokerSpec.Check(v, findings);
            if (v.Find("sign_with") is { } command && v.Find("key") is not null)
                findings.Add(FindingCodes.Exclusive, command.KeyAt, command.Path, "beside `key`. Keep one of them.");
            if (v.Find("sign_with") is { } alone && v.Find("public_key") is null)
                findings.Add(FindingCodes.NeedsOneOf, alone.KeyAt, alone.Path,
                    "without `public_key`, by which its signatures are checked. Give it.");
        },
    };
}
