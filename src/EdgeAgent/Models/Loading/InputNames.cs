using EdgeAgent.Core.Models;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>Which field of a stage goes to which input of a model that has one for each: by name, as data frames are exported.</summary>
static class InputNames
{
    /// <summary>The number of the field by input; null when features go to the inputs by position: to one input, of readings,
    /// or because the model's settings say so.</summary>
    /// <exception cref="ModelException">Names do not match.</exception>
    public static IReadOnlyDictionary<string, int>? Match(IReadOnlyList<OnnxValueInfo> inputs, ModelSettings model, ScoreSettings stage)
    {
        if (inputs.Count < 2 || stage.Source == FeatureSource.Readings || model.FeedByPosition) return null;
        var names = string.Join(", ", inputs.Select(i => $"`{i.Name}`"));
        var found = new Dictionary<string, int>();
        foreach (var input in inputs)
        {
            var field = IndexOf(stage.Fields, input.Name);
            if (field < 0 || found.ContainsValue(field))
                throw At(model, $"has the inputs {names}, and stage `{stage.Name}` has no field of its own for `{input.Name}`."
                    + $"{Nearest.Hint(input.Name, stage.Fields)} Name the fields as the inputs, or set `feed: position` under the model.");
            found[input.Name] = field;
        }

        for (var i = 0; i < stage.Fields.Count; i++)
            if (!found.ContainsValue(i))
                throw At(model, $"has the inputs {names}, none of which takes field `{stage.Fields[i]}` of stage `{stage.Name}`. "
                    + "Leave it out, or set `feed: position` under the model.");
        var isReconstruction = stage.Score is not (ScoreKind.Output or ScoreKind.ForecastError);
        for (var i = 0; i < inputs.Count && (isReconstruction || stage.Score == ScoreKind.ForecastError); i++)
            if (found[inputs[i].Name] != i)
                throw At(model, $"has the inputs {names}, in this order, and gives as many numbers: write `fields` of stage `{stage.Name}` "
                    + "in the same order, so that each is compared with its own.");
        return found;
    }

    // Exporters put `_` for what cannot stand in a name; one field only may then be meant.
    static int IndexOf(IReadOnlyList<string> fields, string input)
    {
        for (var i = 0; i < fields.Count; i++)
            if (fields[i] == input) return i;
        var found = -1;
        for (var i = 0; i < fields.Count; i++)
        {
            if (!string.Equals(Plain(fields[i]), Plain(input), StringComparison.OrdinalIgnoreCase)) continue;
            if (found >= 0) return -1;
            found = i;
        }

        return found;
    }

    static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    static ModelException At(ModelSettings model, string message) => new(model.Name, message) { IsOfStage = true, Key = "fields" };
}
