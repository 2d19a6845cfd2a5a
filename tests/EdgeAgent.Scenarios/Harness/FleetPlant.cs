using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A fleet of one gateway: keys of each role, a root file, the gateway's file and documents that it may try.</summary>
/// <remarks>Every document has the pipeline <c>all</c>, which takes each reading of <see cref="SteadySensors"/>;
/// what is tried is the rest.</remarks>
sealed class FleetPlant
{
    readonly Workspace _workspace;
    readonly SigningKey _root = SigningKey.Create(), _config = SigningKey.Create(), _rollout = SigningKey.Create();
    readonly string _fleet;

    /// <summary>Makes keys and writes the root and the gateway's file.</summary>
    /// <param name="workspace">Where.</param>
    /// <param name="url">The fleet's broker; null for none.</param>
    public FleetPlant(Workspace workspace, string? url)
    {
        _workspace = workspace;
        Directory.CreateDirectory(workspace["data/out"]);
        var root = new TrustRoot
        {
            Version = 1,
            Issued = DateTimeOffset.UnixEpoch,
            Roles = new Dictionary<string, TrustRole>
            {
                [RoleNames.Root] = new(1, [_root.Public]), [RoleNames.Config] =
                    new(1, [_config.Public]), [RoleNames.Rollout] = new(1, [_rollout.Public]),
            },
        };
        File.WriteAllBytes(workspace["root.json"], Envelope.Sign(PayloadTypes.Root, root.ToPayload(), _root).ToBytes());
        _fleet = $$"""
            agent: { id: gw-fleet, data_dir: {{workspace["data"]}} }
            fleet: { {{(url is null ? "" : $"url: \"{url}\", heartbeat: 10s, ")}}root: "{{workspace["root.json"]}}", groups: [press] }

            """;
    }

    /// <summary>File of the records of pipeline <c>all</c>.</summary>
    public string Output => _workspace["data/out/all.jsonl"];

    /// <summary>Messages that the gateway takes before it acknowledges.</summary>
    public int ReceiveMaximum { get; init; } = 500;

    /// <summary>The gateway's file, with a configuration of its own or none.</summary>
    public string Write(string config) => _workspace.Write("agent.yaml", _fleet + config);

    /// <summary>A configuration.</summary>
    /// <param name="port">Of the sensors' broker.</param>
    /// <param name="filter">Stages of pipeline <c>some</c> before its window.</param>
    public string Config(int port, string filter = "") => $$"""
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            client_id: gw-fleet
            receive_maximum: {{ReceiveMaximum}}
            subscriptions:
              - topic: s/{site}/{device}/{metric}
                qos: 1
                decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } }
        pipelines:
          all:
            from: [plant]
            stages:
              - window: { tumbling: 10m, by: [site, device], aggregate: [count, sum], allowed_lateness: 1h }
            to: [file]
          some:
            from: [plant]
            stages:
              {{filter}}
              - window: { tumbling: 10m, by: [site], aggregate: [max] }
            to: [other]
        outputs:
          file: { type: file, path: "{{Output}}" }
          other: { type: file, path: "{{_workspace["data/out/some.jsonl"]}}" }
        commit: { interval: 200ms }

        """;

    /// <summary>A signed document as a file.</summary>
    public string Sign(long version, string config)
    {
        File.WriteAllBytes(_workspace[$"v{version}.json"], Signed(version, config));
        return _workspace[$"v{version}.json"];
    }

    /// <summary>A signed document.</summary>
    public byte[] Signed(long version, string config) =>
        Envelope.Sign(PayloadTypes.Document, Document(version, config).ToPayload(), _config).ToBytes();

    /// <summary>Its digest.</summary>
    public static string DigestOf(long version, string config) => Digest.Of(Document(version, config).ToPayload());

    /// <summary>A signed target for it.</summary>
    public byte[] Target(long sequence, long version, string config) => Envelope.Sign(PayloadTypes.Target, new Target
    {
        Group = "press", Sequence = sequence, Issued = DateTimeOffset.UnixEpoch, Stable = new(DigestOf(version, config), version),
    }.ToPayload(), _rollout).ToBytes();

    static ConfigDocument Document(long version, string config) => new()
    {
        Name = "line",
        Version = version,
        Issued = DateTimeOffset.UnixEpoch,
        Groups = ["press"],
        Config = config,
        Gates = new TrialGates { Hold = TimeSpan.FromSeconds(4), Grace = TimeSpan.FromSeconds(4), Within = TimeSpan.FromSeconds(60) },
    };
}
