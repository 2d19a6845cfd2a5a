using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models.Loading;

/// <summary>The order of features in a window of several fields, as far as a model's declared dimensions say it.</summary>
static class FeatureLayout
{
    /// <summary>The stage with the order that the model declares, when its settings say none; what is to be told is added.</summary>
    public static ScoreSettings Fit(IReadOnlyList<OnnxValueInfo> inputs, ModelSettings model, ScoreSettings stage, List<ModelNote> notes)
    {
        if (stage.IsLayoutGiven) return stage;
        var takers = inputs.Where(i => !model.Inputs.ContainsKey(i.Name)).ToList();
        if (takers.Count != 1 || SizesOf(takers[0], stage) is not { } sizes) return stage;
        var (timeMajor, fieldMajor) = Fits(sizes, stage);
        if (timeMajor && fieldMajor && stage.Last != stage.Width)
            notes.Add(new("layout", true, $"input `{takers[0].Name}` is {takers[0].Describe()}, which does not say where time is and "
                + "where the fields are: `time_major` is taken. Write `layout`, or export the model with fixed sizes."));
        if (timeMajor || !fieldMajor) return stage;
        notes.Add(new("layout", true, $"takes {takers[0].Describe()}: fields, then time. It is fed as with "
            + "`layout: field_major`. Write that."));
        return stage with { FieldMajor = true };
    }

    /// <summary>Refuses an input whose sizes contradict the stage.</summary>
    /// <exception cref="ModelException">They do.</exception>
    public static void Check(OnnxValueInfo input, ModelSettings model, ScoreSettings stage)
    {
        if (SizesOf(input, stage) is not { } sizes) return;
        var (timeMajor, fieldMajor) = Fits(sizes, stage);
        if (stage.FieldMajor ? fieldMajor : timeMajor) return;
        var given = stage.FieldMajor ? $"[N, {stage.Width}, {stage.Last}]" : $"[N, {stage.Last}, {stage.Width}]";
        var seen = $"takes {input.Describe()}, stage `{stage.Name}` gives {given}.";
        if (timeMajor || fieldMajor)
            throw new ModelException(model.Name, $"{seen} Set `layout: {(fieldMajor ? "field_major" : "time_major")}`.")
                { IsOfStage = true, Key = "layout" };
        throw new ModelException(model.Name, $"{seen} Make `last` and `fields` the sizes of the model.") { IsOfStage = true, Key = "last" };
    }

    // The two sizes of a row that is a table; null when it is none, or has sizes for other things than time and fields.
    static (long First, long Second)? SizesOf(OnnxValueInfo input, ScoreSettings stage)
    {
        if (stage.Last == 1 || stage.Width == 1 || input.Dimensions.Length < 2) return null;
        var isWhole = input.Dimensions.Length == 2 && input.Dimensions[0] * input.Dimensions[1] == stage.FeatureCount
            && input.Dimensions[0] > 1;
        return input.Dimensions.Skip(isWhole ? 0 : 1).Where(d => d != 1).ToList() is [var first, var second] ? (first, second) : null;
    }

    static (bool TimeMajor, bool FieldMajor) Fits((long First, long Second) sizes, ScoreSettings stage)
    {
        bool Is(long first, long second) => (sizes.First < 0 || sizes.First == first) && (sizes.Second < 0 || sizes.Second == second);
        return (Is(stage.Last, stage.Width), Is(stage.Width, stage.Last));
    }
}
