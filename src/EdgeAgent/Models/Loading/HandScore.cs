using System.Globalization;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;

namespace EdgeAgent.Models.Loading;

/// <summary>Runs rows through a model by the code that stages use, to compare what it gives with Python's.</summary>
static class HandScore
{
    /// <summary>Writes what the model gives for each row, one line a row, its numbers in order and divided by commas.</summary>
    /// <param name="model">The model; its budget is not held.</param>
    /// <param name="rows">The rows; with names each number goes to the input of its name when there are several.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="to">Takes the lines.</param>
    /// <exception cref="ModelException">The model cannot be used, or a run fails.</exception>
    public static void Write(ModelSettings model, RowsFile rows, IClock clock, TextWriter to)
    {
        var fields = rows.Names.Count > 0 ? rows.Names : [.. rows.Rows[0].Select((_, i) => $"number_{i + 1}")];
        var stage = new ScoreSettings { Name = "rows", Model = model.Name, Source = FeatureSource.Summaries, Fields = fields };
        var settings = model with { Budget = TimeSpan.Zero, FeedByPosition = rows.Names.Count == 0 };
        using var loader = ModelLoader.Load(settings, settings.File, clock);
        using var runs = loader.CreateFor(stage);
        var (states, outputs) = (new double[runs.StateCount], new double[runs.OutputCount]);
        foreach (var row in rows.Rows)
        {
            if (runs.Run(1, row, states, outputs) != RunResult.Ok)
                throw new ModelException(model.Name, $"a run fails: {Onnx.OnnxWords.Plain(runs.LastError)}");
            to.WriteLine(string.Join(',', outputs.Select(o => o.ToString("R", CultureInfo.InvariantCulture))));
        }
    }
}
