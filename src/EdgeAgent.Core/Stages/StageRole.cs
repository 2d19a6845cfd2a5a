namespace EdgeAgent.Core.Stages;

/// <summary>What a stage does with readings; decides what may stand after it.</summary>
public enum StageRole
{
    /// <summary>Readings in, readings out, whatever their time.</summary>
    Filter,

    /// <summary>Readings in, readings out; looks at event time.</summary>
    TimedFilter,

    /// <summary>Readings in, summaries out: a window, an alignment. At most one a pipeline.</summary>
    Fold,

    /// <summary>Summaries in, summaries out. Only after a fold.</summary>
    Summary,
}
