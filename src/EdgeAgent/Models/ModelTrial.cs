using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;
using EdgeAgent.Models.Onnx;

namespace EdgeAgent.Models;

/// <summary>Loads each model with each stage that uses it, as a start or a reload does, and lets it go again.</summary>
static class ModelTrial
{
    /// <summary>Why no model can be tried on this machine, in a sentence; null when they can.</summary>
    public static string? Hindrance()
    {
        try
        {
            OnnxLibrary.Load();
            return null;
        }
        catch (OnnxException e)
        {
            return e.Message;
        }
    }

    /// <summary>What a start would find; empty when all is well.</summary>
    public static IReadOnlyList<TrialResult> Run(IReadOnlyList<ModelSettings> models, IReadOnlyList<PipelineSettings> pipelines,
        IClock clock)
    {
        var results = new List<TrialResult>();
        var loaders = new Dictionary<(string Model, string File), Lazy<ModelLoader>>();
        var pool = new SessionPool();
        // Read and made once, as a start does it, however many stages there are.
        ModelLoader Load(ModelSettings model, string file)
        {
            if (!loaders.TryGetValue((model.Name, file), out var loader))
                loaders[(model.Name, file)] = loader = new(() => ModelLoader.Load(model, file, clock, pool));
            return loader.Value;
        }

        foreach (var pipeline in pipelines)
        {
            foreach (var stage in pipeline.Stages)
            {
                var score = stage is ScoreSummariesSettings s ? s.Score : (stage as ScoreReadingsSettings)?.Score;
                if (score is null || models.FirstOrDefault(m => m.Name == score.Model) is not { } model) continue;
                void Add(string key, bool isOfStage, string message, bool isError) =>
                    results.Add(new()
                    {
                        Model = model.Name,
                        Pipeline = pipeline.Name,
                        Stage = score.Name,
                        Key = key,
                        IsOfStage = isOfStage,
                        Message = message,
                        IsError = isError,
                    });
                var notes = new List<ModelNote>();
                try
                {
                    Try(model, score, Load, notes, Add);
                }
                catch (ModelException e)
                {
                    Add(e.Key, e.IsOfStage, e.Message, true);
                }

                foreach (var note in notes) Add(note.Key, note.IsOfStage, $"model `{model.Name}`: {note.Message}", false);
            }
        }

        foreach (var loader in loaders.Values)
            if (loader.IsValueCreated) loader.Value.Dispose();
        return results;
    }

    static void Try(ModelSettings model, ScoreSettings stage, Func<ModelSettings, string, ModelLoader> load, List<ModelNote> notes,
        Action<string, bool, string, bool> add)
    {
        var loader = load(model, model.File);
        var fitted = loader.Fit(ScalingFile.Apply(stage), notes);
        loader.CreateFor(fitted, notes).Dispose();
        try
        {
            if (model.Drift is { } drift) ReferenceFile.Read(model.Name, drift.Reference).PlanFor(model, loader.Identity, fitted);
        }
        catch (ModelException e)
        {
            // As at a start: the model scores, and only drift is not watched.
            add("drift", false, e.Message, false);
        }

        if (model.Shadow is not { } file) return;
        try
        {
            load(model, file).CreateFor(fitted).Dispose();
        }
        catch (ModelException e)
        {
            add("shadow", false, e.Message, true);
        }
    }
}
