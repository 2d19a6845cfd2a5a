namespace EdgeAgent.Core.Specs;

/// <summary>The one rule of the order of stages; the findings of a pipeline and the pipeline itself both ask it.</summary>
/// <remarks>Filters, then at most one stage that ends the readings; stages over summaries directly after what gives them.</remarks>
public static class StageOrder
{
    /// <summary>Whether a stage works on readings.</summary>
    public static bool TakesReadings(this StageRole role) => role != StageRole.Summary;

    /// <summary>Whether readings pass it, so that another stage over readings may follow.</summary>
    public static bool PassesReadings(this StageRole role) => role is StageRole.Filter or StageRole.TimedFilter;

    /// <summary>Whether it gives summaries, so that a stage over summaries may follow.</summary>
    public static bool GivesSummaries(this StageRole role) => role is StageRole.Fold or StageRole.Summary;

    /// <summary>Whether a stage may stand directly after <paramref name="before"/>; null when it is the first.</summary>
    public static bool MayFollow(this StageRole role, StageRole? before) =>
        role.TakesReadings() ? before?.PassesReadings() ?? true : before?.GivesSummaries() ?? false;
}
