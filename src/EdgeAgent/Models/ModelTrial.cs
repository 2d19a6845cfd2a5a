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
    public static IReadOnlyList<TrialResult> Run(IReadOnlyList<ModelSettings> models, IReadOnlyList<PipelineSettings> pipelines)
    {
        var results = new List<TrialResult>();
        foreach (var pipeline in pipelines)
        {
            foreach (var stage in pipeline.Stages)
            {
                var score = stage is ScoreSummariesSettings s ? s.Score : (stage as ScoreReadingsSettings)?.Score;
                if (score is null || models.FirstOrDefault(m => m.Name == score.Model) is not { } model) continue;
                void Add(string key, bool isOfStage, string message, bool isError) =>
                    results.Add(new(model.Name, pipeline.Name, score.Name, key, isOfStage, message, isError));
                var notes = new List<ModelNote>();
                try
                {
                    Try(model, score, notes, Add);
                }
                catch (ModelException e)
                {
                    Add(e.Key, e.IsOfStage, e.Message, true);
                }

                foreach (var note in notes) Add(note.Key, note.IsOfStage, $"model `{model.Name}`: {note.Message}", false);
            }
        }

        return results;
    }

    static void Try(ModelSettings model, ScoreSettings stage, List<ModelNote> notes, Action<string, bool, string, bool> add)
    {
        var fitted = ScalingFile.Apply(stage);
        using (var loader = ModelLoader.Load(model, model.File))
        {
            fitted = loader.Fit(fitted, notes);
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
        }

        if (model.Shadow is not { } file) return;
        try
        {
            using var shadow = ModelLoader.Load(model, file);
            shadow.CreateFor(fitted).Dispose();
        }
        catch (ModelException e)
        {
            add("shadow", false, e.Message, true);
        }
    }
}
