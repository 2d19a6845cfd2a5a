using System.Globalization;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>Writes the stage that fits a model, as far as its inputs and outputs say it, as comments to paste and to look over.</summary>
static class StageDescription
{
    const int Runs = 50;

    /// <summary>The labels of a model that gives maps; empty for another one, for the label <c>1</c> among them, or for sizes that are
    /// open.</summary>
    public static IReadOnlyList<string> LabelsOf(ModelLoader loader, string name)
    {
        if (StageOf(loader, name) is not { } stage) return [];
        try
        {
            loader.CreateFor(loader.Fit(stage, [])).Dispose();
            return [];
        }
        catch (ModelException e)
        {
            return e.Choices;
        }
    }

    /// <summary>Writes it, with the time of a run here; nothing for a model whose sizes are open.</summary>
    public static void Write(ModelLoader loader, string name, TextWriter output)
    {
        if (StageOf(loader, name) is not { } stage) return;
        var (fields, last) = (stage.Fields, stage.Last);
        try
        {
            using var model = loader.CreateFor(loader.Fit(stage, []));
            var results = loader.Session.Outputs;
            List<string> keys = [$"model: {name}", $"fields: [{string.Join(", ", fields.Select(ModelDescription.Yaml))}]"];
            if (last > 1) keys.Add($"last: {last}");
            if (last > 1 && fields.Count > 1) keys.Add("layout: time_major");
            if (model.OutputCount == model.FeatureCount && model.FeatureCount > 1) keys.Add("score: reconstruction_mse");
            else if (model.OutputCount == 2) keys.Add("output_index: 1");
            // scikit-learn's outlier detectors give low scores to outliers, and so do their exports.
            if (results is [{ Name: "label" }, { Name: "scores" }]) keys.Add("abnormal: low");
            output.WriteLine();
            output.WriteLine($"# The stage, where its summaries have {(fields.Count == 1 ? "this field" : "these fields")} "
                + $"(a run of one row takes {Time(model)} here):");
            output.WriteLine($"#   - score_summaries: {{ {string.Join(", ", keys)} }}");
            if (last > 1 && fields.Count > 1)
                output.WriteLine($"# If the model takes fields before time: {last} fields, last: {fields.Count}, layout: field_major.");
        }
        catch (ModelException e)
        {
            output.WriteLine($"# {e.Message}");
        }
    }

    // Null where sizes are open; states go round and take no features.
    static ScoreSettings? StageOf(ModelLoader loader, string name)
    {
        var inputs = loader.Session.Inputs;
        return inputs.Count == 0 || inputs.Any(i => i.Kind != OnnxValueKind.Tensor) || Sizes(inputs) is not var (fields, last) ? null
            : new ScoreSettings { Name = name, Model = name, Source = FeatureSource.Summaries, Fields = fields, Last = last };
    }

    static string Time(OnnxModel model)
    {
        var (features, outputs) = (new double[model.FeatureCount], new double[model.OutputCount]);
        var least = TimeSpan.MaxValue;
        for (var i = 0; i < Runs && (i == 0 || least < TimeSpan.FromMilliseconds(100)); i++)
        {
            model.Probe(features, new double[model.StateCount], outputs, out var took);
            if (took < least) least = took;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{least.TotalMicroseconds:0} µs");
    }

    // One named field for each input, or the columns of the one; time is taken to come before fields.
    static (IReadOnlyList<string> Fields, int Last)? Sizes(IReadOnlyList<OnnxValueInfo> inputs)
    {
        if (inputs.Count > 1)
            return inputs.All(i => i.Dimensions is [_, 1] or [_]) ? ([.. inputs.Select(i => i.Name)], 1) : null;
        return inputs[0].Dimensions switch
        {
            [_, > 0 and <= 64 and var width] => (Named(width), 1),
            [_, > 0 and <= 65_536 and var last, > 0 and <= 64 and var width] => (Named(width), (int)last),
            _ => null,
        };
    }

    static string[] Named(long width) => [.. Enumerable.Range(1, (int)width).Select(i => $"field_{i}")];
}
