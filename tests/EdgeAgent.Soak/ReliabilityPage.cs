using System.Globalization;
using System.Text;
using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak;

/// <summary>The tables of docs/reliability.md, each between the marks of its scenario.</summary>
static class ReliabilityPage
{
    static string File => Path.Combine(Repository.Root, "docs", "reliability.md");

    /// <summary>Puts the table of every scenario that has run into the page.</summary>
    public static void Write(IReadOnlyList<Run> runs, Options options)
    {
        var page = System.IO.File.ReadAllText(File);
        foreach (var ofScenario in runs.GroupBy(r => r.Scenario))
        {
            var (begin, end) = ($"<!-- soak {ofScenario.Key.Name} -->\n", $"<!-- /soak {ofScenario.Key.Name} -->");
            var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal) + begin.Length, page.IndexOf(end, StringComparison.Ordinal));
            if (to < 0) throw new InvalidOperationException($"docs/reliability.md has no mark {end}");
            page = page[..from] + Table([.. ofScenario], options) + page[to..];
        }

        System.IO.File.WriteAllText(File, page);
        Console.WriteLine("Written: docs/reliability.md");
    }

    static string Table(List<Run> runs, Options options)
    {
        var pairs = new Pairs(runs[0].Scenario);
        foreach (var run in runs) pairs.Add(run.Cell.Choice);
        var text = new StringBuilder();
        var isCut = options.For is not null && options.Resume is not null;
        var amount = options.For is { } time && !isCut ? $"--for {time.TotalMinutes:0}m" : $"--runs {(isCut ? options.Runs : runs.Count)}";
        text.AppendLine(CultureInfo.InvariantCulture, $"{Version()}; {Processor()}, {Environment.ProcessorCount} cores; "
            + $"{DateTime.UtcNow:yyyy-MM-dd}; `scripts/soak --scenario {runs[0].Scenario.Name} --seed {options.Seed} {amount}"
            + $"{(options.Scale == 1 ? "" : $" --scale {options.Scale}")}`, {(isCut ? $"{runs.Count} of them, " : "")}"
            + $"{options.Parallel} at a time; each of {pairs.Count} pairs of values at least {pairs.Least} times.");
        text.AppendLine().AppendLine("| fault | load | broker | runs | seeds | lost | twice | recovery, median / longest | peak memory |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var row in runs.GroupBy(r => r.Scenario.Key(r.Cell)).OrderBy(g => g.Key.Load, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Fault, StringComparer.Ordinal))
        {
            var recoveries = row.Where(r => r.Outcome.Recovery is not null).Select(r => r.Outcome.Recovery!.Value.TotalSeconds).Order()
                .ToList();
            var recovery = recoveries.Count == 0 ? "–" : $"{recoveries[recoveries.Count / 2]:0.0} / {recoveries[^1]:0.0} s";
            var seeds = row.Select(r => r.Seed).Order().ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Key.Fault} | {row.Key.Load} | {row.Key.Broker} | "
                + $"{row.Count()}{(row.Count(r => !r.Outcome.IsWell) is > 0 and var failed ? $", {failed} failed" : "")} | "
                + $"{(seeds.Count == 1 ? $"{seeds[0]}" : $"{seeds[0]} … {seeds[^1]}")} | {row.Sum(r => r.Outcome.Lost)} | "
                + $"{row.Sum(r => r.Outcome.Twice)} | {recovery} | {row.Max(r => r.Outcome.PeakBytes) / 1048576.0:0} MiB |");
        }

        return text.ToString();
    }

    static string Version() => Agent.Command("version").Output.Split('\n')[0].Trim();

    static string Processor() => System.IO.File.ReadLines("/proc/cpuinfo").FirstOrDefault(
        l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
}
