namespace EdgeAgent.Soak;

/// <summary>Cells for a number of runs: first greedily such that every pair of values comes three times, then by weight,
/// and all in random order.</summary>
static class Plan
{
    /// <summary>How often every pair has to be.</summary>
    public const int Times = 3;
    const int Candidates = 40;

    /// <summary>Draws the cells.</summary>
    public static List<Cell> Draw(IScenario scenario, int runs, int seed)
    {
        var random = new Random(seed);
        var pairs = new Pairs(scenario);
        var cells = new List<Cell>();
        while (cells.Count < runs)
        {
            var wanted = pairs.Below(Times).ToList();
            var best = Complete(scenario, pairs, random, Empty(scenario));
            for (var c = 0; c < Candidates && wanted.Count > 0; c++)
            {
                var (d, v, e, w) = wanted[random.Next(wanted.Count)];
                var choice = Empty(scenario);
                (choice[d], choice[e]) = (v, w);
                choice = Complete(scenario, pairs, random, choice);
                if (pairs.Wanted(choice, Times) > pairs.Wanted(best, Times)) best = choice;
            }

            pairs.Add(best);
            cells.Add(new(scenario.Dimensions, best));
        }

        var order = cells.ToArray();
        random.Shuffle(order);
        return [.. order];
    }

    static int[] Empty(IScenario scenario) => [.. Enumerable.Repeat(-1, scenario.Dimensions.Count)];

    // Draws the dimensions that are still open, by weight, in random order, and begins again where what was drawn leaves no value.
    static int[] Complete(IScenario scenario, Pairs pairs, Random random, int[] given)
    {
        while (true)
        {
            var choice = (int[])given.Clone();
            var order = Enumerable.Range(0, choice.Length).Where(d => choice[d] < 0).ToArray();
            random.Shuffle(order);
            if (order.All(d => (choice[d] = Value(scenario, pairs, random, choice, d)) >= 0)) return choice;
        }
    }

    static int Value(IScenario scenario, Pairs pairs, Random random, int[] choice, int d)
    {
        var values = scenario.Dimensions[d].Values;
        bool Fits(int v) => Enumerable.Range(0, choice.Length).All(e => e == d || choice[e] < 0 || pairs.IsAllowed(d, v, e, choice[e]));
        var fitting = Enumerable.Range(0, values.Length).Where(Fits).ToList();
        if (fitting.Count == 0) return -1;
        var at = random.NextDouble() * fitting.Sum(v => values[v].Weight);
        foreach (var v in fitting)
            if ((at -= values[v].Weight) <= 0) return v;
        return fitting[^1];
    }
}
