using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Loading;

/// <summary>One input of a model and what it is fed with.</summary>
/// <param name="Info">As declared.</param>
/// <param name="Shape">Its rows.</param>
/// <param name="FeatureAt">First feature of a row it takes, −1 when it takes none.</param>
/// <param name="StateAt">First place of a row's states it takes, −1 when it takes none.</param>
/// <param name="Constant">The number in every place, when it takes neither.</param>
sealed record PlannedInput(OnnxValueInfo Info, RowShape Shape, int FeatureAt, int StateAt, double Constant)
{
    /// <summary>Distance of the features it takes: 1, or the width of a moment when it takes one field of each.</summary>
    public int Stride { get; init; } = 1;
}

/// <summary>How a model's inputs and outputs map to features, states and scores; found once, when the model is loaded.</summary>
sealed record ModelPlan(IReadOnlyList<PlannedInput> Inputs, OnnxValueInfo Output, IReadOnlyList<OnnxValueInfo> StateOutputs,
    int FeatureCount, int StateCount, bool HasBatch)
{
    const int MostFixedRows = 4096;

    /// <summary>Rows that every run has, because the model's first dimension is a fixed number above 1; 0 when it is not.</summary>
    public int FixedRows { get; init; }

    /// <summary>Maps a model for a stage (or, with null, for looking at it).</summary>
    /// <exception cref="ModelException">The model does not fit; the message says what was expected and found.</exception>
    public static ModelPlan Of(OnnxSession session, ModelSettings model, ScoreSettings? stage)
    {
        foreach (var name in model.Inputs.Keys)
            if (!session.Inputs.Any(i => i.Name == name))
                throw new ModelException(model.Name, $"has no input `{name}`; it has {Names(session.Inputs)}.") { Key = "inputs" };
        List<OnnxValueInfo> takers = [.. session.Inputs.Where(i => !model.Inputs.ContainsKey(i.Name))];
        var named = stage is null ? null : InputNames.Match(takers, model, stage);
        var fixedRows = stage is null ? 0 : FixedRowsOf(takers, stage);
        var inputs = new List<PlannedInput>();
        var states = new List<OnnxValueInfo>();
        int features = 0, stateCount = 0;
        var hasBatch = true;
        foreach (var info in session.Inputs)
        {
            if (info.Kind != OnnxValueKind.Tensor || OnnxValueInfo.SizeOf(info.Type) == 0)
                throw new ModelException(model.Name, $"input `{info.Name}` is {info.Describe()}; only tensors of numbers can be fed.");
            model.Inputs.TryGetValue(info.Name, out var given);
            var field = named?.GetValueOrDefault(info.Name, -1) ?? -1; // one with a state or a constant takes no field
            var shape = (fixedRows > 0 && given?.Constant is null ? RowShape.Fixed(info.Dimensions, fixedRows)
                    : RowShape.Of(info, given?.StateOutput is not null, field < 0 ? stage : stage! with { Fields = [stage.Fields[field]] }))
                ?? throw new ModelException(model.Name, $"input `{info.Name}` is {info.Describe()}, which {stage?.FeatureCount ?? 0} "
                    + "features do not fill. Give the stage as many, or export the model with fixed sizes.")
                    { IsOfStage = true, Key = "fields" };
            if (given?.StateOutput is { } output)
            {
                states.Add(session.Outputs.FirstOrDefault(o => o.Name == output)
                    ?? throw new ModelException(model.Name,
                        $"has no output `{output}` for the state `{info.Name}`; it has {Names(session.Outputs)}.") { Key = "inputs" });
                inputs.Add(new PlannedInput(info, shape, -1, stateCount, 0));
                stateCount += shape.Count;
            }
            else if (given?.Constant is { } constant)
            {
                inputs.Add(new PlannedInput(info, shape, -1, -1, constant));
                // A scalar setting (a rate, say) is the same for all rows and does not limit them.
                if (shape.BatchAxis < 0 && shape.Count > 1) hasBatch = false;
                continue;
            }
            else if (field >= 0)
            {
                if (shape.Count != stage!.Last)
                    throw new ModelException(model.Name, $"input `{info.Name}` is {info.Describe()}, "
                        + $"stage `{stage.Name}` gives {stage.Last} number(s) of that field.") { IsOfStage = true, Key = "last" };
                inputs.Add(new PlannedInput(info, shape, stage.FieldMajor ? field * stage.Last : field, -1, 0)
                    { Stride = stage.FieldMajor ? 1 : stage.Width });
                features += shape.Count;
            }
            else
            {
                inputs.Add(new PlannedInput(info, shape, features, -1, 0));
                features += shape.Count;
            }

            hasBatch &= shape.BatchAxis >= 0;
        }

        if (stage is not null && features != stage.FeatureCount)
            throw new ModelException(model.Name,
                $"takes {features} features ({string.Join(", ", session.Inputs.Select(i => $"{i.Name}: {i.Describe()}"))}), "
                    + $"stage `{stage.Name}` gives {stage.FeatureCount} ({stage.Width} a moment, last {stage.Last}).")
                { IsOfStage = true, Key = features % stage.Width == 0 ? "last" : "fields" };
        if (stage is not null && takers.Count == 1) FeatureLayout.Check(takers[0], model, stage);
        return new ModelPlan(inputs, ChooseOutput(session, model, states), states, features, stateCount, hasBatch)
            { FixedRows = fixedRows };
    }

    // All inputs that take features hold the same whole number of the stage's rows.
    static int FixedRowsOf(List<OnnxValueInfo> takers, ScoreSettings stage)
    {
        if (takers is not [{ Dimensions: [> 1, ..] } first, ..]) return 0;
        var rows = first.Dimensions[0];
        var numbers = 0L;
        foreach (var info in takers)
        {
            if (info.Dimensions is not [> 1, ..] || info.Dimensions[0] != rows || info.Dimensions.Any(d => d <= 0)) return 0;
            numbers += info.Dimensions.Aggregate(1L, (a, d) => a * d);
        }

        return rows <= MostFixedRows && numbers == rows * stage.FeatureCount ? (int)rows : 0;
    }

    static OnnxValueInfo ChooseOutput(OnnxSession session, ModelSettings model, List<OnnxValueInfo> states)
    {
        if (model.Output is { } name)
            return session.Outputs.FirstOrDefault(o => o.Name == name)
                ?? throw new ModelException(model.Name, $"has no output `{name}`; it has {Names(session.Outputs)}.") { Key = "output" };
        return session.Outputs.LastOrDefault(o => !states.Contains(o)
            && o.Type is TensorElementType.Float or TensorElementType.Double or TensorElementType.Float16 or TensorElementType.BFloat16)
            ?? session.Outputs.FirstOrDefault(o => !states.Contains(o) && OnnxValueInfo.SizeOf(o.Type) > 0)
            ?? states.FirstOrDefault() // the only output is the state of the next row as well
            ?? throw new ModelException(model.Name, $"has no output of numbers; it has {Names(session.Outputs)}.");
    }

    static string Names(IReadOnlyList<OnnxValueInfo> infos) => string.Join(", ", infos.Select(i => $"`{i.Name}`"));
}
