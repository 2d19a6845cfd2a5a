using System.Text.Json;
using EdgeAgent.Clocks;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Logs;

namespace EdgeAgent.Fleets;

/// <summary>What comes to this gateway: verified one by one, remembered durably before it is used,
/// or refused by name of the reason.</summary>
/// <remarks>The fleet's thread, but for <see cref="Came"/>.</remarks>
sealed class FleetInbox
{
    readonly FleetIdentity _identity;
    readonly FleetFolder _folder;
    readonly IClock _clock;
    readonly LogLimiter _log;
    readonly NewestMessages _waiting = new();
    readonly Dictionary<string, byte[]> _refusedTargets = new(StringComparer.Ordinal);
    readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);
    readonly HashSet<string> _new = new(StringComparer.Ordinal);

    /// <summary>An inbox that trusts the kept root, or the pinned one when that is a file.</summary>
    public FleetInbox(FleetIdentity identity, FleetFolder folder, IClock clock, LogLimiter log)
    {
        (_identity, _folder, _clock, _log) = (identity, folder, clock, log);
        Root = FirstRoot();
        if (Root is { } root && folder.Record.Memory.Check(root) is { IsNone: false } old) RootFailure = old.ToString();
    }

    /// <summary>The root that is trusted; null while the pinned one has not come.</summary>
    public TrustRoot? Root { get; private set; }

    /// <summary>What is wrong with the root; null for nothing.</summary>
    public string? RootFailure { get; private set; }

    /// <summary>What was refused last; null for nothing since the start.</summary>
    public RefusedMessage? Refused { get; private set; }

    /// <summary>Hears of questions.</summary>
    public Action<Question> Asked { get; set; } = _ => { };

    /// <summary>Whether any target is there.</summary>
    public bool HasTarget => _targets.Count > 0;

    /// <summary>The target that is followed; null for none.</summary>
    public Target? Followed => TargetChoice.Choose(_identity.Id, _identity.Groups, _targets);

    /// <summary>Puts a message that came; null is one larger than any may be. Any thread.</summary>
    public void Came(string topic, byte[]? message) => _waiting.Put(topic, message ?? new byte[SizeLimits.Document + 1]);

    /// <summary>By what messages are judged now; null while no root is trusted.</summary>
    public Acceptance? Acceptance => Root is not { } root || RootFailure is not null ? null : new Acceptance
    {
        Id = _identity.Id, Groups = _identity.Groups, Agent = _identity.Agent, Root = root, Memory = _folder.Record.Memory, Clock = Clock,
    };

    /// <summary>The time, and whether it can be trusted.</summary>
    public ClockReading Clock => new(new DateTimeOffset(_clock.Now.Wall.Utc, TimeSpan.Zero), _clock.Now.WallTrusted);

    /// <summary>The topics to be subscribed.</summary>
    public IReadOnlyCollection<string> Topics(FleetRecord record)
    {
        var topics = _identity.Topics;
        var all = new List<string> { topics.Root(Root is { } root ? root.Version + 1 : _identity.Pin?.Version ?? 1) };
        if (Root is null) return all;
        all.AddRange([topics.GatewayTarget(_identity.Id), topics.Vars(_identity.Id), topics.Ask(_identity.Id)]);
        all.AddRange(_identity.Groups.Append(FleetTopics.All).Distinct().Select(topics.Target));
        if (record is { Phase: FleetPhase.Fetching, Upcoming: { } upcoming }) all.Add(topics.Document(upcoming.Digest));
        return all;
    }

    /// <summary>Takes the message whose turn it is.</summary>
    /// <param name="take">Takes an event; false when its record could not be made durable.</param>
    /// <param name="isTopicsChanged">Whether other topics are to be subscribed.</param>
    /// <param name="isNews">Whether something else may be wanted now.</param>
    /// <returns>False when none waits.</returns>
    public bool TryTurn(Func<FleetEvent, bool> take, out bool isTopicsChanged, out bool isNews)
    {
        (isTopicsChanged, isNews) = (false, false);
        if (!_waiting.TryTake(out var topic, out var message)) return false;
        var topics = _identity.Topics;
        if (message.Length == 0) return true; // a retained message was taken back
        if (topic == topics.Root(Root is { } root ? root.Version + 1 : _identity.Pin?.Version ?? 1))
            isTopicsChanged = isNews = OnRoot(topic, message, take);
        else if (topic == topics.Vars(_identity.Id)) OnVars(topic, message, take);
        else if (topic == topics.Ask(_identity.Id)) OnAsk(topic, message);
        else if (ScopeOf(topic) is { } scope) isNews = OnTarget(topic, scope, message, take);
        else if (_folder.Record is { Phase: FleetPhase.Fetching, Upcoming.Digest: var digest } && topic == topics.Document(digest))
            isTopicsChanged = OnDocument(topic, digest, message, take);
        return true;
    }

    /// <summary>The event that a document is here already; null when it has to be fetched.</summary>
    public FleetEvent? Kept(string digest)
    {
        if (_folder.Envelope(digest) is not { } message || Acceptance is not { } acceptance) return null;
        var read = acceptance.Document(message, digest, out _);
        return read.IsGood ? new FleetEvent.Fetched(Known(read.Value, digest), TrialGates.Of(read.Value, Followed)) : null;
    }

    /// <summary>What has to run by the targets that are there; null when they say nothing.</summary>
    /// <param name="running">The digest that runs or is tried.</param>
    public Upcoming? Wanted(string? running)
    {
        if (Followed is not { } target || target.For(_identity.Id, running) is not { } wanted) return null;
        var candidate = wanted.Candidate;
        return new Upcoming
        {
            Digest = wanted.Document.Digest,
            IsNew = _new.Contains(target.Scope),
            Vars = _folder.Record.Memory.Vars?.Number ?? 0,
            Retry = candidate?.Retry ?? 0,
            Rollout = candidate?.Rollout ?? "",
            NotBefore = candidate?.NotBefore,
            Window = candidate?.Window,
            Delay = candidate is null ? TimeSpan.Zero
                : TimeSpan.FromSeconds((long)Bucket.Delay(candidate.Rollout, _identity.Id, candidate.Spread).TotalSeconds),
            WaitsForAlerts = candidate?.WaitsForAlerts == true,
            Gates = target.Gates.Or(TrialGates.Defaults),
        };
    }

    /// <summary>From now on targets that are there do not replace what was handed in.</summary>
    public void NothingIsNew() => _new.Clear();

    /// <summary>Takes a root or values that were handed in.</summary>
    public void HandIn(string type, byte[] message, Func<FleetEvent, bool> take)
    {
        if (type == PayloadTypes.Root) OnRoot("fleet apply", message, take);
        else OnVars("fleet apply", message, take);
    }

    /// <summary>Counts a refusal.</summary>
    public void Refuse(string topic, Refusal refusal)
    {
        Refused = new RefusedMessage(refusal.Word, topic, refusal.Detail, (Refused?.Count ?? 0) + 1);
        _log.Warn("fleet " + topic, $"Fleet: a message on {topic} is refused: {refusal}");
    }

    bool OnRoot(string topic, byte[] message, Func<FleetEvent, bool> take)
    {
        var read = Root is { } current ? RootChain.Next(current, message) : RootChain.First(message, _identity.Pin);
        if (!read.IsGood)
        {
            Refuse(topic, read.Refusal);
            return false;
        }

        var root = read.Value;
        try
        {
            _folder.KeepRoot(root.Version, message);
        }
        catch (IOException e)
        {
            _log.Error("fleet root", $"Fleet: root {root.Version} cannot be kept, so it is not used: {e.Message}");
            return false;
        }

        if (root.Version > _folder.Record.Memory.RootVersion && !take(new FleetEvent.Remembered(_folder.Record.Memory.With(root))))
            return false;
        Root = root;
        RootFailure = _folder.Record.Memory.Check(root) is { IsNone: false } old ? old.ToString() : null;
        take(new FleetEvent.RootChanged());
        _log.Log.Information("Fleet: root {Version} is trusted", root.Version);
        foreach (var (of, target) in _refusedTargets) _waiting.Put(of, target);
        _refusedTargets.Clear();
        return true;
    }

    bool OnTarget(string topic, string scope, byte[] message, Func<FleetEvent, bool> take)
    {
        if (Acceptance is not { } acceptance) return false;
        var number = acceptance.Memory.Sequences.GetValueOrDefault(scope)?.Number ?? 0;
        var read = acceptance.Target(message, scope, out var after);
        if (!read.IsGood)
        {
            Refuse(topic, read.Refusal);
            if (message.Length <= SizeLimits.Target) _refusedTargets[topic] = message;
            return false;
        }

        _refusedTargets.Remove(topic);
        var isNew = read.Value.Sequence > number;
        if (isNew && !take(new FleetEvent.Remembered(after)))
        {
            _waiting.Put(topic, message);
            return false;
        }

        _targets[scope] = read.Value;
        if (isNew) _new.Add(scope);
        return true;
    }

    bool OnDocument(string topic, string digest, byte[] message, Func<FleetEvent, bool> take)
    {
        if (Acceptance is not { } acceptance) return false;
        var read = acceptance.Document(message, digest, out _);
        if (!read.IsGood)
        {
            Refuse(topic, read.Refusal);
            take(new FleetEvent.FetchRefused(digest, read.Refusal.ToString()));
            return true;
        }

        try
        {
            _folder.Keep(digest, message);
        }
        catch (IOException e)
        {
            _log.Error("fleet document", $"Fleet: document {digest} cannot be kept, so it is not used: {e.Message}");
            return false;
        }

        take(new FleetEvent.Fetched(Known(read.Value, digest), TrialGates.Of(read.Value, Followed)));
        return true;
    }

    void OnVars(string topic, byte[] message, Func<FleetEvent, bool> take)
    {
        if (Acceptance is not { } acceptance) return;
        var read = acceptance.Vars(message, out var after);
        if (!read.IsGood)
        {
            Refuse(topic, read.Refusal);
            return;
        }

        if (read.Value.Version <= (acceptance.Memory.Vars?.Number ?? 0)) return;
        try
        {
            _folder.KeepVars(read.Value.Version, message);
            take(new FleetEvent.Remembered(after));
        }
        catch (IOException e)
        {
            _log.Error("fleet values", $"Fleet: values {read.Value.Version} cannot be kept, so they are not used: {e.Message}");
        }
    }

    void OnAsk(string topic, byte[] message)
    {
        var read = Question.Parse(message);
        if (read.IsGood) Asked(read.Value);
        else Refuse(topic, read.Refusal);
    }

    string? ScopeOf(string topic) =>
        topic == _identity.Topics.GatewayTarget(_identity.Id) ? Target.ScopeOf(_identity.Id)
            : _identity.Groups.Append(FleetTopics.All).FirstOrDefault(group => topic == _identity.Topics.Target(group));

    static KnownDocument Known(ConfigDocument document, string digest) => new(digest, document.Name, document.Version);

    /// <summary>The kept root, unless somebody pinned a later one in the gateway's file since.</summary>
    TrustRoot? FirstRoot()
    {
        var kept = KeptRoot();
        if (_identity.Pin is { } pin) return kept is not null && kept.Version >= pin.Version ? kept : null;
        var file = RootOfFile();
        if (kept is null || file?.Version > kept.Version) return file;
        RootFailure = null;
        return kept;
    }

    TrustRoot? KeptRoot()
    {
        var version = _folder.Record.Memory.RootVersion;
        return version > 0 && _folder.Root(version) is { } message
            && Envelope.Parse(message, PayloadTypes.Root, SizeLimits.Root) is { IsGood: true } envelope
            && TrustRoot.Parse(envelope.Value.Payload) is { IsGood: true } root && root.Value.Version == version
            && root.Value.Check(envelope.Value, RoleNames.Root).IsGood ? root.Value : null;
    }

    TrustRoot? RootOfFile()
    {
        if (_identity.RootFile is not { } file) return null;
        var read = SyncedFile.TryRead(file) is { } message ? RootChain.First(message, _identity.Pin)
            : Parsed<TrustRoot>.Bad(RefusalReason.NotPinned, $"{file} cannot be read.");
        if (!read.IsGood) RootFailure = $"fleet.root: {read.Refusal}";
        return read.Value;
    }
}
