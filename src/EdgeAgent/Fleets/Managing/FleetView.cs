using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>What a manager knows of its fleet: reports, targets and the root, each only as far as its signatures go. Not
/// thread-safe.</summary>
/// <remarks>A report that no pinned key signed is shown and moves nothing; it never takes the place of one that is trusted.</remarks>
sealed class FleetView
{
    static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    readonly Dictionary<string, SeenGateway> _gateways = new(StringComparer.Ordinal);
    readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    readonly SortedDictionary<long, byte[]> _roots = [];

    /// <summary>A fleet of which nothing was heard yet.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="root">The pinned root.</param>
    /// <param name="enrolled">The list of gateways.</param>
    public FleetView(FleetTopics topics, TrustRoot root, IReadOnlyDictionary<string, EnrolledGateway> enrolled)
    {
        (Topics, Root) = (topics, root);
        foreach (var gateway in enrolled.Values) _gateways.Add(gateway.Id, new() { Id = gateway.Id, Enrolled = gateway });
    }

    /// <summary>The topics.</summary>
    public FleetTopics Topics { get; }

    /// <summary>The newest root that the pinned one leads to.</summary>
    public TrustRoot Root { get; private set; }

    /// <summary>All gateways of the list and all that were heard, by id.</summary>
    public IReadOnlyDictionary<string, SeenGateway> Gateways => _gateways;

    /// <summary>The newest target of each scope, as far as signatures are good.</summary>
    public IReadOnlyDictionary<string, Target> Targets => Known.Newest;

    /// <summary>Targets, what the broker keeps in their place, and what is remembered.</summary>
    public KnownTargets Known { get; } = new();

    /// <summary>Messages that were not taken, with the reason; the newest last, at most 100.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>A document as it was published; null when it did not come.</summary>
    public byte[]? Document(string digest) => _documents.GetValueOrDefault(digest);

    /// <summary>Takes a message; returns the gateway whose report it was, or null.</summary>
    /// <param name="message">The message.</param>
    /// <param name="now">The time.</param>
    public SeenGateway? Take(BrokerMessage message, DateTimeOffset now)
    {
        if (!message.Topic.StartsWith(Topics.Prefix + "/", StringComparison.Ordinal) || message.Payload.Length == 0) return null;
        switch (message.Topic[(Topics.Prefix.Length + 1)..].Split('/'))
        {
            case ["gw", var id, "report"]:
                return TakeReport(id, message, now);
            case ["gw", var id, "target"]:
                TakeTarget(Target.ScopeOf(id), message);
                break;
            case ["target", var group]:
                TakeTarget(group, message);
                break;
            case ["doc", var digest]:
                _documents[digest] = message.Payload;
                break;
            case ["root", var version] when long.TryParse(version, out var number):
                _roots[number] = message.Payload;
                FollowRoots();
                break;
        }

        return null;
    }

    /// <summary>The groups of a gateway in its order, as far as they are known.</summary>
    public IReadOnlyList<string> GroupsOf(SeenGateway gateway) =>
        gateway.Enrolled?.Groups ?? (gateway.Report is { } report
            ? [.. report.Sequences.Keys.Where(scope => !scope.StartsWith('@') && scope != FleetTopics.All)] : []);

    /// <summary>Whether a gateway follows the target of <paramref name="group"/>, or would if there was one.</summary>
    public bool Follows(SeenGateway gateway, string group)
    {
        foreach (var scope in TargetChoice.Scopes(gateway.Id, GroupsOf(gateway)))
            if (scope == group) return true;
            else if (Targets.ContainsKey(scope)) return false;
        return false;
    }

    void FollowRoots()
    {
        while (_roots.TryGetValue(Root.Version + 1, out var next))
        {
            var read = RootChain.Next(Root, next);
            if (!read.IsGood)
            {
                Refuse(Topics.Root(Root.Version + 1), read.Refusal);
                return;
            }

            Root = read.Value;
            Known.Follow(Root);
        }
    }

    void TakeTarget(string scope, BrokerMessage message)
    {
        var read = Signed.Target(message.Payload, Root, out _);
        if (!read.IsGood) Refuse(message.Topic, read.Refusal);
        else if (read.Value.Scope != scope) Refuse(message.Topic, new(RefusalReason.WrongAddress, $"a target of `{read.Value.Scope}`."));
        else if (Known.Take(scope, read.Value, message.Payload) is { IsNone: false } old) Refuse(message.Topic, old);
    }

    /// <summary>An answer of a gateway; null for one that cannot be read, or that another key signed than the one in the list.</summary>
    public AnswerSeen? Answer(string id, byte[] message)
    {
        var envelope = Envelope.Parse(message, PayloadTypes.Answer, SizeLimits.Answer);
        if (!envelope.IsGood || EdgeAgent.Fleet.Documents.Answer.Parse(envelope.Value.Payload) is not { IsGood: true } read
            || read.Value.Id != id) return null;
        var key = _gateways.GetValueOrDefault(id)?.Enrolled?.Key;
        var isTrusted = IsSigned(envelope.Value, key);
        return key is null || isTrusted ? new(read.Value, isTrusted) : null;
    }

    static bool IsSigned(Envelope envelope, FleetKey? key) => key is not null && envelope.Signatures.Any(s =>
        s.KeyId == key.Id && key.Verify(envelope.Signed(), s.Signature.Span));

    /// <summary>The next sequence number of a scope: after all that is known here and after all that gateways say they have seen.</summary>
    public long NextSequence(string scope) =>
        Math.Max(Known.SetBy(scope).Number, Math.Max(Known.Highest(scope), Seen(scope)?.Number ?? 0)) + 1;

    /// <summary>The highest number of a scope that a gateway says it has seen, and which says so; null when none does.</summary>
    public (long Number, string Id)? Seen(string scope)
    {
        (long Number, string Id)? highest = null;
        foreach (var gateway in _gateways.Values)
            if (gateway.IsTrusted && gateway.Report!.Root >= Known.SetBy(scope).Root
                && gateway.Report.Sequences.TryGetValue(scope, out var seen) && !(seen <= highest?.Number))
                highest = (seen, gateway.Id);
        return highest;
    }

    /// <summary>Why nothing may be built on what the broker keeps as the target of a scope, and what to do; null when it is the
    /// newest.</summary>
    public string? OldTarget(string scope)
    {
        var (kept, newest) = (Known.Kept(scope), Targets.GetValueOrDefault(scope)?.Sequence ?? 0);
        var known = Known.Highest(scope);
        var by = "";
        if (Seen(scope) is { } seen && seen.Number > Math.Max(known, Known.SetBy(scope).Number))
            (known, by) = (seen.Number, $", as {seen.Id} has seen");
        if (known == 0 || kept >= known || kept is null && newest == 0) return null;
        return $"the broker keeps {(kept is { } number ? $"target {number}" : "no target")} of {scope}, and target {known} was published "
            + $"before{by}: {(kept is null ? "the broker has lost it"
                : "an old one was published again, or the broker lost the newer ones")}. "
            + (newest == known ? $"Nothing is built on it. Publish the newest again: `edge-agent fleet republish {scope}`."
                : "Nothing is built on it, and the newest is not known here. Run this where it was published, or say what shall run: "
                    + $"`edge-agent fleet rollback {scope} --to FILE`.");
    }

    SeenGateway? TakeReport(string id, BrokerMessage message, DateTimeOffset now)
    {
        if (!_gateways.TryGetValue(id, out var gateway)) gateway = new() { Id = id };
        var envelope = Envelope.Parse(message.Payload, PayloadTypes.Report, SizeLimits.Report);
        var read = envelope.IsGood ? Report.Parse(envelope.Value.Payload) : Parsed<Report>.Bad(envelope.Refusal);
        if (!read.IsGood || read.Value.Id != id)
        {
            gateway.NotTaken++;
            gateway.Failure = $"a report was not taken: {(read.IsGood ? $"it is of {read.Value.Id}" : read.Refusal)}";
            return null;
        }

        var key = gateway.Enrolled?.Key;
        var isTrusted = IsSigned(envelope.Value!, key);
        if (!isTrusted && gateway.IsTrusted || isTrusted && gateway.IsTrusted && read.Value.Number < gateway.Report!.Number)
        {
            gateway.NotTaken++;
            gateway.Failure = isTrusted ? $"report {read.Value.Number} came after {gateway.Report!.Number}: an old one was sent again"
                : "a report came that its key did not sign";
            return null;
        }

        if (gateway.Report is { Store: { } before } && read.Value.Store is { } store && store != before)
            gateway.Failure = $"two machines report under this id: stores {before} and {store}";
        else if (!isTrusted) gateway.Failure = key is null ? "not in the list: its reports move nothing"
            : "not signed by the key in the list: it moves nothing";
        else if (gateway.Failure?.StartsWith("two machines", StringComparison.Ordinal) != true) gateway.Failure = null;
        var isNew = gateway.Report?.Number != read.Value.Number;
        (gateway.Report, gateway.Message, gateway.IsTrusted) = (read.Value, message.Payload, isTrusted);
        // One that was told before says nothing new: not even that the gateway is there.
        if (isNew) gateway.Heard = message.IsRetained ? TimeOf(read.Value, gateway.Heard, now) : now;
        _gateways[id] = gateway;
        return gateway;
    }

    /// <summary>When a report that the broker kept was sent: as it says itself, where that is not in the future.</summary>
    static DateTimeOffset TimeOf(Report report, DateTimeOffset before, DateTimeOffset now) =>
        report.Time <= now ? report.Time : report.Time - now < s_skew ? now : before;

    void Refuse(string topic, Refusal refusal)
    {
        if (Refused.Count == 100) Refused.RemoveAt(0);
        Refused.Add($"{topic}: {refusal}");
    }
}
