using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>Which of several targets a gateway follows: its own, then the first of its groups that has one, <c>all</c> last.</summary>
public static class TargetChoice
{
    /// <summary>The scopes a gateway looks at, in order.</summary>
    public static IReadOnlyList<string> Scopes(string id, IReadOnlyList<string> groups) =>
        [Target.ScopeOf(id), .. groups.Where(group => group != FleetTopics.All), FleetTopics.All];

    /// <summary>The target to follow, or null when there is none.</summary>
    /// <param name="id">The gateway.</param>
    /// <param name="groups">Its groups, in the order of its configuration.</param>
    /// <param name="targets">Accepted targets by scope.</param>
    public static Target? Choose(string id, IReadOnlyList<string> groups, IReadOnlyDictionary<string, Target> targets)
    {
        foreach (var scope in Scopes(id, groups))
            if (targets.TryGetValue(scope, out var target)) return target;
        return null;
    }
}
