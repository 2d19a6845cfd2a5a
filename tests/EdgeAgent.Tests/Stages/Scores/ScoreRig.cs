using EdgeAgent.Catalog;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Tests.Models;
using EdgeAgent.Tests.Pipelines;

namespace EdgeAgent.Tests.Stages.Scores;

/// <summary>A pipeline that ends in a score stage over slots the test fills.</summary>
sealed class ScoreRig
{
    public ScoreRig(ScoreSettings settings, IModel? model, params StageSettings[] before)
        : this(settings, model, FuturePolicy.Clamp, before)
    {
    }

    public ScoreRig(ScoreSettings settings, IModel? model, FuturePolicy future, params StageSettings[] before)
    {
        Slot.Offer(model);
        var stages = new StageRegistry(Components.Stages,
            new SlotModels(Slot, Shadow, (counters, drift) => (Counters, Drift) = (counters, drift)));
        StageSettings stage = settings.Source == FeatureSource.Readings
            ? new ScoreReadingsSettings { Name = "score", Score = settings }
            : new ScoreSummariesSettings { Name = "score", Score = settings };
        Pipe = new PipelineRig(PipelineRig.Settings([.. before, stage]) with { Future = future }, stages: stages);
    }

    public ModelSlot Slot { get; } = new();

    public ModelSlot Shadow { get; } = new();

    public PipelineRig Pipe { get; }

    public ScoreCounters Counters { get; private set; } = new();

    public DriftWatch Drift { get; private set; } = null!;

    public static ScoreSettings Readings(int last = 1) =>
        new() { Name = "score", Model = "fake", Source = FeatureSource.Readings, Last = last, EmitScores = true };

    public static ScoreSettings Summaries(params string[] fields) =>
        new() { Name = "score", Model = "fake", Source = FeatureSource.Summaries, Fields = fields };
}
