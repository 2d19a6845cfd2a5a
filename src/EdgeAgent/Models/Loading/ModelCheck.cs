using System.Globalization;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>Tries a model that was made for a stage.</summary>
static class ModelCheck
{
    const int MostTries = 5;

    /// <summary>Runs a row of means, and each row of the model's sample.</summary>
    /// <exception cref="ModelException">It does not run, gives too few numbers or none that is finite, or takes too long.</exception>
    public static void Run(OnnxModel model, ModelSettings settings, ScoreSettings stage)
    {
        var reconstructs = stage.Score is ScoreKind.ReconstructionMae or ScoreKind.ReconstructionMax or ScoreKind.ReconstructionMse;
        if (reconstructs && model.OutputCount != model.FeatureCount)
            throw new ModelException(settings.Name,
                $"gives {model.OutputCount} numbers a row, a reconstruction of {model.FeatureCount} features was expected.")
                { IsOfStage = true, Key = "score" };
        if (stage.Score == ScoreKind.ForecastError && model.OutputCount > stage.Width)
            throw new ModelException(settings.Name, $"gives {model.OutputCount} numbers a row, a forecast of {stage.Width} was expected.")
                { IsOfStage = true, Key = "score" };
        if (stage.Score == ScoreKind.Output && stage.OutputIndex >= model.OutputCount)
            throw new ModelException(settings.Name,
                $"gives {model.OutputCount} number(s) a row, number {stage.OutputIndex} was asked for; they are numbered from 0.")
                { IsOfStage = true, Key = "output_index" };
        var (features, states, outputs) = (new double[model.FeatureCount], new double[model.StateCount], new double[model.OutputCount]);
        var (status, least) = Try(model, settings.Budget, features, states, outputs);
        if (status == RunResult.OverBudget)
            throw new ModelException(settings.Name, "a run of one row takes longer than its budget of "
                + string.Create(CultureInfo.InvariantCulture, $"{settings.Budget.TotalMilliseconds} ms: ")
                + string.Create(CultureInfo.InvariantCulture, $"about {least.TotalMilliseconds:0.#} ms here. ")
                + "Raise `budget`, or use a smaller model.") { Key = "budget" };
        if (status == RunResult.Failed && model.LastError.Length == 0 && model.Labels is { Count: > 0 } labels)
            throw new ModelException(settings.Name, $"its output has no label `{settings.Label ?? "1"}`; it has "
                + $"{string.Join(", ", labels.Select(l => $"`{l}`"))}. Set `label` under the model.") { Key = "label", Choices = labels };
        if (status == RunResult.Failed)
            throw new ModelException(settings.Name, $"a run of a row of means fails: {OnnxWords.Plain(model.LastError)}");
        foreach (var output in outputs)
            if (!double.IsFinite(output))
                throw new ModelException(settings.Name,
                    "a row of means gives a score that is not a number (NaN or infinite); its weights are damaged or it was exported "
                        + "for other inputs.");
        if (settings.Sample is { } sample) CheckSample(model, settings, stage, sample);
    }

    // Of a few runs one must keep the budget: the first ones warm caches, and others may load beside it.
    static (RunResult Status, TimeSpan Least) Try(OnnxModel model, TimeSpan budget, double[] features, double[] states, double[] outputs)
    {
        var (status, least) = (RunResult.Failed, TimeSpan.MaxValue);
        for (var i = 0; i < MostTries && (i == 0 || status != RunResult.Ok || (budget > TimeSpan.Zero && least > budget)); i++)
        {
            Array.Clear(states);
            status = model.Probe(features, states, outputs, out var took);
            if (took < least) least = took;
            if (status == RunResult.Failed) break;
        }

        return (status == RunResult.Ok && budget > TimeSpan.Zero && least > budget ? RunResult.OverBudget : status,
            model.RunTime < least ? model.RunTime : least);
    }

    // The rows are one after another in time, so a model with memory carries it from row to row.
    static void CheckSample(OnnxModel model, ModelSettings settings, ScoreSettings stage, string path)
    {
        var rows = SampleFile.Read(settings.Name, path, model.FeatureCount);
        var (means, factors) = stage.Scaling();
        var (features, states, outputs, before) =
            (new double[model.FeatureCount], new double[model.StateCount], new double[model.OutputCount], new double[model.StateCount]);
        for (var n = 0; n < rows.Length; n++)
        {
            for (var i = 0; i < features.Length; i++) features[i] = (rows[n][i] - means[i]) * factors[i];
            states.CopyTo(before, 0);
            var status = RunResult.OverBudget;
            for (var i = 0; i < 3 && status == RunResult.OverBudget; i++)
            {
                before.CopyTo(states, 0);
                status = model.Probe(features, states, outputs);
            }

            if (status == RunResult.OverBudget)
                throw new ModelException(settings.Name, $"row {n + 1} of {path} takes longer than {AverageBudget.Longest} times the "
                    + $"budget of {settings.Budget.TotalMilliseconds} ms. Raise `budget`, or use a smaller model.") { Key = "budget" };
            if (status == RunResult.Failed)
                throw new ModelException(settings.Name, $"a run of row {n + 1} of {path} fails: {OnnxWords.Plain(model.LastError)}")
                    { Key = "sample" };
            if (Array.Exists(outputs, o => !double.IsFinite(o)))
                throw new ModelException(settings.Name, $"row {n + 1} of {path} gives a score that is not a number.") { Key = "sample" };
        }
    }
}
