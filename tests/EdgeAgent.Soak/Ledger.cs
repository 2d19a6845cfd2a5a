using System.Text.Json;

namespace EdgeAgent.Soak;

/// <summary>The runs of a plan that are done, a line each in a file, so that a plan of hours can be run in pieces.</summary>
/// <remarks>Only for one seed, number of runs and scale: a line tells the cell it was drawn for,
/// and one that the plan would not draw there is refused.</remarks>
sealed class Ledger(string? file)
{
    sealed record Line(int Number, string Scenario, string Cell, int Seed, Outcome Outcome, double TookSeconds);

    /// <summary>The runs of <paramref name="plan"/> that are done, by their place in it.</summary>
    public Dictionary<int, Run> Read(IReadOnlyList<(IScenario Scenario, Cell Cell)> plan)
    {
        var done = new Dictionary<int, Run>();
        if (file is null || !File.Exists(file)) return done;
        foreach (var text in File.ReadLines(file))
        {
            var line = JsonSerializer.Deserialize<Line>(text)!;
            if (line.Number >= plan.Count || plan[line.Number].Scenario.Name != line.Scenario
                || plan[line.Number].Cell.ToString() != line.Cell)
                throw new FormatException($"--resume: {file} is of another plan (run {line.Number + 1}: {line.Scenario} {line.Cell}). "
                    + "Give its --seed, --runs and --scenario, or another file.");
            done[line.Number] = new(plan[line.Number].Scenario, plan[line.Number].Cell, line.Seed, line.Outcome,
                TimeSpan.FromSeconds(line.TookSeconds));
        }

        return done;
    }

    /// <summary>Adds a run.</summary>
    public void Add(int number, Run run)
    {
        if (file is not null)
            File.AppendAllText(file, JsonSerializer.Serialize(
                new Line(number, run.Scenario.Name, run.Cell.ToString(), run.Seed, run.Outcome, run.Took.TotalSeconds)) + "\n");
    }
}
