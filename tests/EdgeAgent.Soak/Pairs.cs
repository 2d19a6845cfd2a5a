namespace EdgeAgent.Soak;

/// <summary>How often every pair of values of two dimensions of a scenario has been in a cell.</summary>
sealed class Pairs
{
    readonly IScenario _scenario;
    readonly Dictionary<(int D, int V, int E, int W), int> _times = [];

    /// <summary>None yet.</summary>
    public Pairs(IScenario scenario)
    {
        _scenario = scenario;
        var dimensions = scenario.Dimensions;
        for (var d = 0; d < dimensions.Count; d++)
        for (var e = d + 1; e < dimensions.Count; e++)
        for (var v = 0; v < dimensions[d].Values.Length; v++)
        for (var w = 0; w < dimensions[e].Values.Length; w++)
            if (IsAllowed(d, v, e, w)) _times[(d, v, e, w)] = 0;
    }

    /// <summary>Pairs that can be.</summary>
    public int Count => _times.Count;

    /// <summary>The least times of all pairs.</summary>
    public int Least => _times.Values.DefaultIfEmpty().Min();

    /// <summary>Pairs that have been fewer times than this.</summary>
    public IEnumerable<(int D, int V, int E, int W)> Below(int times) => _times.Where(t => t.Value < times).Select(t => t.Key);

    /// <summary>Whether two values can be in one cell.</summary>
    public bool IsAllowed(int d, int v, int e, int w)
    {
        var (one, other) = (Named(d, v), Named(e, w));
        return !_scenario.Excludes(one, other) && !_scenario.Excludes(other, one);
    }

    /// <summary>Notes the pairs of a cell.</summary>
    public void Add(int[] choice)
    {
        foreach (var pair in Of(choice)) _times[pair]++;
    }

    /// <summary>How many pairs of a cell have been fewer times than this.</summary>
    public int Wanted(int[] choice, int times) => Of(choice).Count(p => _times[p] < times);

    /// <summary>A pair in words.</summary>
    public string Text((int D, int V, int E, int W) pair) =>
        $"{string.Join('=', Named(pair.D, pair.V))} with {string.Join('=', Named(pair.E, pair.W))}";

    (string Name, string Value) Named(int d, int v) => (_scenario.Dimensions[d].Name, _scenario.Dimensions[d].Values[v].Text);

    static IEnumerable<(int D, int V, int E, int W)> Of(int[] choice)
    {
        for (var d = 0; d < choice.Length; d++)
        for (var e = d + 1; e < choice.Length; e++) yield return (d, choice[d], e, choice[e]);
    }
}
