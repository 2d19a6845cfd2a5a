namespace EdgeAgent.Core.Specs;

/// <summary>What a stage does with readings; <see cref="StageOrder"/> says what may stand where.</summary>
public enum StageRole
{
    /// <summary>Readings in, readings out, whatever their time.</summary>
    Filter,

    /// <summary>Readings in, readings out; looks at event time.</summary>
    TimedFilter,

    /// <summary>Readings in, summaries out: a window, an alignment.</summary>
    Fold,

    /// <summary>Readings in; nothing goes on but records of its own.</summary>
    End,

    /// <summary>Summaries in, summaries out.</summary>
    Summary,
}
