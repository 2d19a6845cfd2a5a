using System.Globalization;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Signing;

/// <summary>From one root to the next: keys in and out of roles, thresholds, lowest versions, sequence numbers.</summary>
/// <param name="Add">Keys to put into roles.</param>
/// <param name="Remove">Ids of keys to take out of all roles.</param>
/// <param name="Thresholds">Thresholds by role.</param>
/// <param name="MinVersion">Lowest versions by document.</param>
/// <param name="Sequences">Sequence numbers to set, by group or <c>@</c> and gateway.</param>
sealed record RootEdit(
    IReadOnlyList<(string Role, FleetKey Key)> Add,
    IReadOnlyList<string> Remove,
    IReadOnlyDictionary<string, int> Thresholds,
    IReadOnlyDictionary<string, long> MinVersion,
    IReadOnlyDictionary<string, long> Sequences)
{
    /// <summary>The root after <paramref name="before"/>, or the first one; its payload reads back.</summary>
    /// <exception cref="IOException">It would be no root; the message says why.</exception>
    public TrustRoot After(TrustRoot? before, DateTimeOffset now, DateTimeOffset? expires)
    {
        var keys = new Dictionary<string, List<FleetKey>>(StringComparer.Ordinal);
        foreach (var (name, role) in before?.Roles ?? new Dictionary<string, TrustRole>())
            keys[name] = [.. role.Keys.Where(key => !Remove.Contains(key.Id))];
        foreach (var id in Remove)
            if (before?.Roles.Values.Any(role => role.Keys.Any(key => key.Id == id)) != true)
                throw new IOException($"the root has no key {id}. `edge-agent fleet verify` shows its keys.");
        foreach (var (name, key) in Add)
        {
            if (!keys.TryGetValue(name, out var role)) keys[name] = role = [];
            if (!role.Any(k => k.Id == key.Id)) role.Add(key);
        }

        var least = new Dictionary<string, long>(before?.MinVersion ?? new Dictionary<string, long>());
        foreach (var (name, version) in MinVersion)
            least[name] = least.GetValueOrDefault(name) <= version ? version
                : throw new IOException(string.Create(CultureInfo.InvariantCulture,
                    $"{name}: the lowest version is {least[name]} already and only rises."));
        var root = new TrustRoot
        {
            Version = (before?.Version ?? 0) + 1,
            Issued = now,
            Expires = expires,
            Roles = keys.Where(role => role.Value.Count > 0).ToDictionary(role => role.Key, role => new TrustRole(ThresholdOf(role.Key,
                before), role.Value)),
            MinVersion = least,
            Sequences = Sequences,
        };
        var read = TrustRoot.Parse(root.ToPayload());
        return read.Value ?? throw new IOException($"this would be no root: {read.Refusal}");
    }

    int ThresholdOf(string role, TrustRoot? before) =>
        Thresholds.TryGetValue(role, out var given) ? given : before?.Roles.GetValueOrDefault(role)?.Threshold ?? 1;

    /// <summary>What to know about a root before it is used, in lines.</summary>
    public static IEnumerable<string> Warnings(TrustRoot root)
    {
        if (root.Roles[RoleNames.Config].Threshold == 1)
            yield return "One config key is enough: whoever steals it controls every gateway. Give more keys and --config-threshold 2.";
        if (root.Roles[RoleNames.Root] is var keys && keys.Keys.Count == keys.Threshold)
            yield return "No root key may be lost: without it every gateway has to be touched. Give more root keys than their threshold.";
        if (!root.Roles.ContainsKey(RoleNames.Rollout)) yield return "No rollout key: documents can only be handed in on the gateways.";
        foreach (var role in (string[])[RoleNames.Root, RoleNames.Config])
            if (root.Roles.GetValueOrDefault(RoleNames.Rollout)?.Keys.FirstOrDefault(key => root.Roles[role].Keys.Any(k =>
                k.Id == key.Id)) is { } shared)
                yield return $"Key {shared.Id} is a rollout key, which lies online, and a {role} key. Use different ones.";
    }
}
