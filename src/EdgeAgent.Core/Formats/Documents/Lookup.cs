using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>How the value of one path is found for a match of a group's wildcards.</summary>
/// <remarks>
/// It starts where the last wildcard that both paths share stands. A wildcard more stands for the element at the same position as that of
/// the group's next wildcard (<c>$.time[*]</c> beside <c>$.value[*]</c>); where that was found last is kept, so that a walk along both is
/// one walk.
/// </remarks>
sealed class Lookup
{
    Lookup(int level, PathStep[] steps, PathStep[]? after) => (Level, Steps, After) = (level, steps, after);

    /// <summary>The wildcard it starts from; -1 for the document.</summary>
    public int Level { get; }

    /// <summary>The steps from there.</summary>
    public PathStep[] Steps { get; }

    /// <summary>The steps below the element at the same position; null when there is no such element.</summary>
    public PathStep[]? After { get; }

    /// <summary>The array walked along, the position last asked for, and what stood there.</summary>
    public (int Parent, int Index, int Node) Last = (-1, 0, -1);

    /// <summary>Where the steps were walked from last, and where they led: matches that share it are many.</summary>
    public (int From, int Node) Found = (-1, -1);

    /// <summary>Forgets what it knows of a document.</summary>
    public void Forget()
    {
        Last.Parent = -1;
        Found.From = -1;
    }

    /// <summary>A look-up of <paramref name="path"/> beside a group of <paramref name="prefix"/>, which ends in a wildcard or is
    /// empty.</summary>
    /// <returns>Null when the path has more wildcards than the group can tell.</returns>
    public static Lookup? Of(IReadOnlyList<JsonPath.Step> path, IReadOnlyList<JsonPath.Step> prefix)
    {
        var (shared, level, levels) = (0, -1, prefix.Count(s => s.IsWild));
        for (var i = 0; i < path.Count && i < prefix.Count && path[i].IsLike(prefix[i]); i++)
        {
            if (!path[i].IsWild) continue;
            shared = i + 1;
            level++;
        }

        var rest = path.Skip(shared).ToList();
        var wild = rest.FindIndex(s => s.IsWild);
        if (wild < 0) return new(level, PathStep.All(rest), null);
        if (level + 1 >= levels || rest.Count(s => s.IsWild) > 1) return null;
        return new(level, PathStep.All(rest.Take(wild)), PathStep.All(rest.Skip(wild + 1)));
    }
}
