using System.Text;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>A fleet of gateways in memory with keys, root and files, for its managers.</summary>
sealed class Plant : IDisposable
{
    public const string Group = "press";
    readonly TempDirectory _folder = new();
    readonly TrustRoot _root;
    readonly SigningKey _rootKey = SigningKey.Create(), _configKey = SigningKey.Create(), _rolloutKey = SigningKey.Create();

    public Plant(int gateways)
    {
        var roles = new Dictionary<string, TrustRole>
        {
            [RoleNames.Root] = new(1, [_rootKey.Public]), [RoleNames.Config] = new(1, [_configKey.Public]),
                [RoleNames.Rollout] = new(1, [_rolloutKey.Public]),
        };
        _root = new TrustRoot { Version = 1, Issued = DateTimeOffset.UtcNow, Roles = roles };
        File.WriteAllBytes(Path("root.json"), Envelope.Sign(PayloadTypes.Root, _root.ToPayload(), _rootKey).ToBytes());
        File.WriteAllText(Path("rollout.pem"), _rolloutKey.ToPem());
        File.WriteAllText(Path("manager.yaml"),
            "url: mqtt://127.0.0.1\nroot: root.json\nkey: rollout.pem\ngateways: gateways.jsonl\ncache: cache.jsonl\n");
        var list = new StringBuilder("# the list\n");
        for (var i = 0; i < gateways; i++)
        {
            var gateway = new FakeGateway(Broker, Topics, $"gw-{i}", Group);
            Gateways.Add(gateway);
            list.Append($"{{\"id\":\"{gateway.Id}\",\"key\":{{\"id\":\"{gateway.Key.Public.Id}\",\"alg\":\"ES256\",\"spki\":\"")
                .Append(Convert.ToBase64String(gateway.Key.Public.Spki.Span)).Append("\"},\"groups\":[\"press\"]}\n");
        }

        File.WriteAllText(Path("gateways.jsonl"), list.ToString());
    }

    public FakeBroker Broker { get; } = new();

    public FleetTopics Topics { get; } = new(FleetTopics.DefaultPrefix);

    public List<FakeGateway> Gateways { get; } = [];

    public string Path(string name) => System.IO.Path.Combine(_folder.Path, name);

    /// <summary>All gateways report, as they do when they start.</summary>
    public Plant Reporting()
    {
        foreach (var gateway in Gateways)
            if (!gateway.IsAway) gateway.Report();
        return this;
    }

    /// <summary>Writes a signed document; returns its file and digest.</summary>
    public (string File, string Digest) Document(int version)
    {
        var payload = new ConfigDocument
        {
            Name = "press-line", Version = version, Issued = DateTimeOffset.UtcNow, Groups = [Group],
                Config = $"sources: {{}} # {version}\n",
        }.ToPayload();
        var file = $"press-line-{version}.json";
        File.WriteAllBytes(Path(file), Envelope.Sign(PayloadTypes.Document, payload, _configKey).ToBytes());
        return (file, Digest.Of(payload));
    }

    /// <summary>Signs a target as the manager's key does.</summary>
    public byte[] SignTarget(Target target) => Envelope.Sign(PayloadTypes.Target, target.ToPayload(), _rolloutKey).ToBytes();

    /// <summary>Signs the root after the pinned one, with numbers that it sets.</summary>
    public byte[] NextRoot(IReadOnlyDictionary<string, long> sequences) => Envelope.Sign(PayloadTypes.Root,
        new TrustRoot { Version = 2, Issued = _root.Issued, Roles = _root.Roles, Sequences = sequences }.ToPayload(), _rootKey).ToBytes();

    /// <summary>Opens a manager by its file.</summary>
    public Manager Manager()
    {
        var settings = SettingsFile.Read<ManagerSettings>(ManagerSpec.Spec, Path("manager.yaml"), out var findings);
        Xunit.Assert.Empty(findings);
        return EdgeAgent.Fleets.Managing.Manager.Open(settings!, _ => Broker.Connect(), () => DateTimeOffset.UtcNow, settleMs: 20);
    }

    /// <summary>Drives a plan of a document, as the command does.</summary>
    public Step Drive(string document,
        string plan = "waves: [{ canary: [gw-0, gw-1, gw-2] }, { share: 10% }, { share: 50% }, { share: 100% }]\nsoak: 0s\n",
        bool isOnce = false, Action<RolloutEvent>? says = null, CancellationToken stop = default)
    {
        File.WriteAllText(Path("plan.yaml"), $"group: {Group}\ndocument: ./{document}\n{plan}");
        var settings = SettingsFile.Read<PlanSettings>(PlanSpec.Spec, Path("plan.yaml"), out var findings);
        Xunit.Assert.Empty(findings);
        using var manager = Manager();
        manager.Session.Collect(asks: false);
        var (read, reference) = manager.Place(settings!.Document, _folder.Path);
        var rollout = settings.ToPlan($"{read.Name}-{read.Version}", read, TimeSpan.FromMinutes(15));
        var driver = new RolloutDriver(manager.Session, new(settings, read, reference, rollout), manager.SignTarget, manager.Marks,
            says ?? (_ => { }));
        try
        {
            return driver.Run(isOnce, stop);
        }
        finally
        {
            manager.Save();
        }
    }

    /// <summary>The target that the broker keeps.</summary>
    public Target Target() => EdgeAgent.Fleet.Documents.Target.Parse(
        Envelope.Parse(Broker[Topics.Target(Group)]!, PayloadTypes.Target, SizeLimits.Target).Value!.Payload).Value!;

    public void Dispose()
    {
        foreach (var gateway in Gateways) gateway.Dispose();
        foreach (var key in (SigningKey[])[_rootKey, _configKey, _rolloutKey]) key.Dispose();
        _folder.Dispose();
    }
}
