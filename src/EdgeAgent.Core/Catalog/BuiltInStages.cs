using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Alignment;
using EdgeAgent.Core.Stages.Conversions;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Stages.Windows;

namespace EdgeAgent.Core.Catalog;

/// <summary>The one list of how stages are made. A new one is one line here; those over models are added by who has models.</summary>
public static class BuiltInStages
{
    /// <summary>A registry of them.</summary>
    public static StageRegistry Registry() => new StageRegistry()
        .Add<LabelFilterSettings>(StageRole.Filter, (s, c) => new LabelFilterStage(s, c.Series))
        .Add<RangeSettings>(StageRole.Filter, (s, c) => new RangeStage(s))
        .Add<ConvertSettings>(StageRole.Filter, (s, c) => new ConvertStage(s, c.Counters))
        .Add<DeadbandSettings>(StageRole.TimedFilter, (s, c) => new DeadbandStage(s, c.Series))
        .Add<AlignSettings>(StageRole.Fold, (s, c) => new AlignStage(s, c))
        .Add<WindowSettings>(StageRole.Fold, (s, c) => new WindowStage(s, c));
}
