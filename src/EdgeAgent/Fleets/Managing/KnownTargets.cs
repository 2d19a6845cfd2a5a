using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>The newest target of each scope that a manager knows of, and what the broker keeps in its place. Not thread-safe.</summary>
/// <remarks>
/// By the rules of gateways: signed by the keys of the root, and a number only rises unless a root sets it. So one that somebody publishes
/// again is not taken for the newest, whether this session saw the newest, an earlier one remembered it, or gateways say that they have.
/// </remarks>
sealed class KnownTargets
{
    readonly Dictionary<string, Target> _newest = new(StringComparer.Ordinal);
    readonly Dictionary<string, byte[]> _bytes = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _kept = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _remembered = new(StringComparer.Ordinal);
    readonly Dictionary<string, (long Root, long Number)> _set = new(StringComparer.Ordinal);

    /// <summary>By scope.</summary>
    public IReadOnlyDictionary<string, Target> Newest => _newest;

    /// <summary>The newest as it was published; null for none.</summary>
    public byte[]? Bytes(string scope) => _bytes.GetValueOrDefault(scope);

    /// <summary>The root that set the number of a scope anew, and the number; 0 for none.</summary>
    public (long Root, long Number) SetBy(string scope) => _set.GetValueOrDefault(scope);

    /// <summary>The highest number that was published, as far as is known here; also of a target that cannot be verified any
    /// more.</summary>
    public long Highest(string scope) =>
        Math.Max(_newest.GetValueOrDefault(scope)?.Sequence ?? 0, _remembered.GetValueOrDefault(scope));

    /// <summary>The number of the target that the broker keeps; null when none came.</summary>
    public long? Kept(string scope) => _kept.TryGetValue(scope, out var number) ? number : null;

    /// <summary>A target came, with good signatures, on its own topic.</summary>
    public Refusal Take(string scope, Target target, byte[] message)
    {
        _kept[scope] = target.Sequence;
        if (_newest.TryGetValue(scope, out var known) && known.Sequence > target.Sequence)
            return new(RefusalReason.OldSequence, $"{target.Sequence} after {known.Sequence}: an old target was sent again.");
        (_newest[scope], _bytes[scope]) = (target, message);
        return Refusal.None;
    }

    /// <summary>One of an earlier session: counts unless a root set the number since, and is the newest if its keys still have the
    /// role.</summary>
    /// <returns>Whether it counts.</returns>
    public bool Recall(string scope, long number, long rootVersion, byte[] message, TrustRoot root)
    {
        if (rootVersion < SetBy(scope).Root) return false;
        _remembered[scope] = Math.Max(number, _remembered.GetValueOrDefault(scope));
        if (Signed.Target(message, root, out _) is { IsGood: true } read && read.Value.Scope == scope
            && read.Value.Sequence > (_newest.GetValueOrDefault(scope)?.Sequence ?? 0))
            (_newest[scope], _bytes[scope]) = (read.Value, message);
        return true;
    }

    /// <summary>Another root is trusted: it sets numbers, and what its keys did not sign is none any more.</summary>
    public void Follow(TrustRoot root)
    {
        foreach (var (scope, number) in root.Sequences)
        {
            _set[scope] = (root.Version, number);
            _remembered.Remove(scope);
        }

        foreach (var (scope, message) in _bytes.ToArray())
        {
            if (Signed.Target(message, root, out _).IsGood) continue;
            _newest.Remove(scope);
            _bytes.Remove(scope);
            _kept.Remove(scope);
        }
    }
}
