using System.Diagnostics;
using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak;

/// <summary>Runs the cells of a plan, some at a time, and tells of each in a line.</summary>
sealed class Soak(Options options)
{
    const int Tries = 3;
    readonly Lock _lock = new();
    readonly List<Run> _runs = [];
    readonly Ledger _ledger = new(options.Resume);
    readonly Stopwatch _watch = Stopwatch.StartNew();
    int _next;
    int _failures;
    int _shown;

    /// <summary>What has been run and counts.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <summary>Runs everything; gives whether all was well.</summary>
    public bool RunAll()
    {
        var plan = options.Cell is { } text ? [(options.Scenarios[0], Cell.Parse(options.Scenarios[0].Dimensions, text))] : DrawPlan();
        Console.WriteLine($"seed {options.Seed}: {(options.For is { } time ? $"runs for {time}" : $"{plan.Count} runs")} of "
            + $"{string.Join(", ", options.Scenarios.Select(s => s.Name))}");
        foreach (var cells in plan.GroupBy(p => p.Item1).Where(_ => options.Cell is null))
        {
            var pairs = new Pairs(cells.Key);
            foreach (var (_, cell) in cells) pairs.Add(cell.Choice);
            Console.WriteLine(
                $"{cells.Key.Name}: {cells.Count()} cells drawn, each of {pairs.Count} pairs of values in at least {pairs.Least}");
        }

        var done = _ledger.Read(plan);
        _runs.AddRange(done.Values);
        _shown = done.Count;
        _failures = done.Values.Count(r => !r.Outcome.IsWell);
        if (done.Count > 0) Console.WriteLine($"{done.Count} of them are done: {options.Resume}");
        var order = Order(plan);
        var workers = Enumerable.Range(0, options.Parallel).Select(_ => new Background(() => Work(plan, order, done))).ToList();
        foreach (var worker in workers) worker.Join(int.MaxValue / 1000);
        Conclude();
        return _failures == 0 && _shown == _runs.Count;
    }

    // Scenarios in turns, each with a plan of its own.
    List<(IScenario Scenario, Cell Cell)> DrawPlan()
    {
        var plans = options.Scenarios.Select(
            (s, i) => Plan.Draw(s, (options.Runs + options.Scenarios.Count - 1 - i) / options.Scenarios.Count, options.Seed)
                .Select(c => (Scenario: s, Cell: c)).ToList()).ToList();
        return [.. Enumerable.Range(0, options.Runs).Select(r => plans[r % plans.Count][r / plans.Count])];
    }

    // Cells whose own load takes the cores come last: beside them no machine would be idle.
    static int[] Order(List<(IScenario Scenario, Cell Cell)> plan) =>
        [.. Enumerable.Range(0, plan.Count).OrderBy(i => plan[i].Cell.IsBusy)];

    void Work(List<(IScenario Scenario, Cell Cell)> plan, int[] order, Dictionary<int, Run> done)
    {
        while (true)
        {
            var next = Interlocked.Increment(ref _next) - 1;
            if (options.For is { } time && _watch.Elapsed > time) return;
            if (next >= plan.Count && (options.For is null || options.Resume is not null)) return;
            var number = next / plan.Count * plan.Count + order[next % plan.Count];
            if (done.ContainsKey(number)) continue;
            var (scenario, cell) = plan[number % plan.Count];
            // A fault that had no effect shows nothing: the cell is run again with another seed.
            for (var attempt = 0; attempt < Tries; attempt++)
                if (RunOne(scenario, cell, number, options.Cell is null ? HashCode(options.Seed, number, attempt) : options.Seed)) break;
        }
    }

    bool RunOne(IScenario scenario, Cell cell, int number, int seed)
    {
        using var workspace = new Workspace();
        var watch = Stopwatch.StartNew();
        Outcome outcome;
        try
        {
            outcome = scenario.Run(cell, seed, options.Scale, workspace);
        }
        catch (Xunit.Sdk.SkipException skip)
        {
            outcome = new(0, 0, null, false, null, 0, skip.Message.Replace("$XunitDynamicSkip$", ""));
        }
        catch (Exception error)
        {
            workspace.Write("error.txt", error.ToString());
            outcome = new(0, 0, error.Message.Split('\n')[0], true, null, 0, "");
        }

        lock (_lock)
        {
            var word = !outcome.IsWell ? "FAILED" : outcome.IsProof ? "ok" : "shows nothing";
            Console.WriteLine(
                $"{number + 1} {scenario.Name} {cell} seed {seed}: {word}: {outcome.Text}; took {watch.Elapsed.TotalSeconds:0} s");
            _runs.Add(new(scenario, cell, seed, outcome, watch.Elapsed));
            if (outcome.IsProof || !outcome.IsWell) _shown++;
            if (outcome.IsWell && !outcome.IsProof) _runs.RemoveAt(_runs.Count - 1);
            else _ledger.Add(number, _runs[^1]);
            if (outcome.IsWell) return outcome.IsProof;
            _failures++;
            workspace.IsKept = true;
            if (outcome.Failure is { } failure) Console.WriteLine($"  {failure}");
            Console.WriteLine($"  again: scripts/soak --scenario {scenario.Name} --cell {cell} --seed "
                + $"{seed}{(options.Scale == 1 ? "" : $" --scale {options.Scale}")}");
            Console.WriteLine($"  kept: {workspace.Path}");
            return true;
        }
    }

    void Conclude()
    {
        foreach (var scenario in options.Scenarios)
        {
            var pairs = new Pairs(scenario);
            var runs = _runs.Where(r => r.Scenario == scenario).ToList();
            foreach (var run in runs) pairs.Add(run.Cell.Choice);
            Console.WriteLine($"{scenario.Name}: {runs.Count} runs, {runs.Count(r => !r.Outcome.IsWell)} failed, "
                + $"lost {runs.Sum(r => r.Outcome.Lost)}, twice {runs.Sum(r => r.Outcome.Twice)}; "
                    + $"each of {pairs.Count} pairs of values at least {pairs.Least} times");
            if (options.Cell is null && runs.Count >= 100)
                foreach (var pair in pairs.Below(Plan.Times)) Console.WriteLine($"  fewer than {Plan.Times} times: {pairs.Text(pair)}");
        }
    }

    // Equal on every machine and at every start, unlike System.HashCode.
    static int HashCode(int seed, int number, int attempt) =>
        new Random(unchecked(seed * 7919 + number * 31 + attempt * 104_729)).Next(1_000_000_000);
}
