using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleet.Rollback;

/// <summary>What a gateway remembers so that nothing old is taken for new; and the rules.</summary>
/// <remarks>
/// Rises only, but for sequence numbers that a root sets. Each <c>Check</c> is asked after the signatures were found good; each <c>With</c>
/// gives the memory
/// after, which is stored before it is acted on: docs/fleet.md. Immutable.
/// </remarks>
public sealed record AntiRollback
{
    /// <summary>How many of the last good documents are remembered.</summary>
    public const int GoodCount = 5;

    /// <summary>Remembers nothing: a fresh gateway.</summary>
    public static readonly AntiRollback Empty = new();

    /// <summary>Version of the root trusted; 0 for none yet.</summary>
    public long RootVersion { get; init; }

    /// <summary>Highest sequence numbers by scope.</summary>
    public IReadOnlyDictionary<string, Mark> Sequences { get; init; } = new Dictionary<string, Mark>();

    /// <summary>Highest version that ran well here, by the document's name.</summary>
    public IReadOnlyDictionary<string, Mark> Highest { get; init; } = new Dictionary<string, Mark>();

    /// <summary>Digests of the last documents that ran well here, the newest first; no digest twice.</summary>
    public IReadOnlyList<string> LastGood { get; init; } = [];

    /// <summary>The values taken last; null for none.</summary>
    public Mark? Vars { get; init; }

    /// <summary>Whether a root may be trusted: none below the one trusted before.</summary>
    public Refusal Check(TrustRoot root) => root.Version >= RootVersion ? Refusal.None
        : new(RefusalReason.WrongRootVersion, $"root {root.Version}; root {RootVersion} was trusted here before.");

    /// <summary>After a root of a higher version was taken; sets the sequence numbers it says. The same root again changes
    /// nothing.</summary>
    public AntiRollback With(TrustRoot root)
    {
        if (root.Version <= RootVersion) return this;
        var sequences = new Dictionary<string, Mark>(Sequences, StringComparer.Ordinal);
        foreach (var (group, number) in root.Sequences)
            if (sequences.ContainsKey(group)) sequences[group] = new(number, "");
        return this with { RootVersion = root.Version, Sequences = sequences };
    }

    /// <summary>Whether a target may be taken: its number is higher, or it is the very one taken before.</summary>
    public Refusal Check(Target target, string payloadDigest)
    {
        if (Sequences.GetValueOrDefault(target.Scope) is not { } mark || target.Sequence > mark.Number) return Refusal.None;
        if (target.Sequence < mark.Number)
            return new(RefusalReason.OldSequence, $"target {target.Sequence} of {target.Scope} is older than "
                + $"{mark.Number}, which was taken here before: an old one was published again.");
        return payloadDigest == mark.Digest ? Refusal.None
            : new(RefusalReason.SequenceReused, $"target {target.Sequence} of {target.Scope} again, with other content.");
    }

    /// <summary>After a target was taken.</summary>
    public AntiRollback With(Target target, string payloadDigest) =>
        this with { Sequences = Set(Sequences, target.Scope, new(target.Sequence, payloadDigest)) };

    /// <summary>Whether a document may be taken up: not below the root's minimum, and not older than what ran well here unless it did,
    /// too.</summary>
    public Refusal Check(ConfigDocument document, string payloadDigest, TrustRoot root)
    {
        var (name, version) = (document.Name, document.Version);
        if (root.MinVersion.GetValueOrDefault(name) is var least && version < least)
            return new(RefusalReason.BelowMinimum, $"{name} {version}; root {root.Version} takes {least} and later.");
        if (LastGood.Contains(payloadDigest) || Highest.GetValueOrDefault(name) is not { } mark
            || version > mark.Number) return Refusal.None;
        if (version < mark.Number)
            return new(RefusalReason.OldVersion,
                $"{name} {version} is older than {mark.Number}, which ran well here, and none of the last {GoodCount} that did. "
                    + $"Sign its content with a version above {mark.Number}.");
        return payloadDigest == mark.Digest ? Refusal.None
            : new(RefusalReason.VersionReused, $"{name} {version} again, with other content. Raise its version.");
    }

    /// <summary>After a document proved itself.</summary>
    public AntiRollback WithGood(ConfigDocument document, string payloadDigest) => WithGood(document.Name, document.Version, payloadDigest);

    /// <summary>As <see cref="WithGood(ConfigDocument, string)"/>, of a document that is known by these alone.</summary>
    public AntiRollback WithGood(string name, long version, string payloadDigest) => this with
    {
        LastGood = [.. new[] { payloadDigest }.Concat(LastGood.Where(digest => digest != payloadDigest)).Take(GoodCount)],
        Highest = Highest.GetValueOrDefault(name) is { } mark && mark.Number >= version
            ? Highest : Set(Highest, name, new(version, payloadDigest)),
    };

    /// <summary>Whether values may be taken: their version is higher, or they are the very ones taken before.</summary>
    public Refusal Check(Vars vars, string payloadDigest)
    {
        if (Vars is not { } mark || vars.Version > mark.Number) return Refusal.None;
        if (vars.Version < mark.Number)
            return new(RefusalReason.OldVersion, $"values {vars.Version} are older than {mark.Number}, which were taken here before. "
                + "Raise their version.");
        return payloadDigest == mark.Digest ? Refusal.None
            : new(RefusalReason.VersionReused, $"values {vars.Version} again, with other content. Raise their version.");
    }

    /// <summary>After values were taken.</summary>
    public AntiRollback With(Vars vars, string payloadDigest) => this with { Vars = new(vars.Version, payloadDigest) };

    static Dictionary<string, Mark> Set(IReadOnlyDictionary<string, Mark> marks, string key, Mark mark) =>
        new(marks, StringComparer.Ordinal) { [key] = mark };
}
