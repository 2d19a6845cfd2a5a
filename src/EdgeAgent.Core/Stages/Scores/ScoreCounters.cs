namespace EdgeAgent.Core.Stages.Scores;

/// <summary>What a score stage has done. Written by one thread, read by any without a lock.</summary>
/// <param name="fields">Names of the numbers of one moment; null for none.</param>
public sealed class ScoreCounters(IReadOnlyList<string>? fields = null)
{
    /// <summary>Rows in which a value was missing, by place in <see cref="Fields"/>; those too in which another one stood in.</summary>
    public readonly long[] MissingBy = new long[fields?.Count ?? 0];

    /// <summary>Names of the numbers of one moment.</summary>
    public IReadOnlyList<string> Fields => fields ?? [];

    /// <summary>Rows that got a score from the model.</summary>
    public long Scored;

    /// <summary>Runs of the model.</summary>
    public long Runs;

    /// <summary>Rows whose run failed.</summary>
    public long Failed;

    /// <summary>Rows whose run was past its budget.</summary>
    public long OverBudget;

    /// <summary>Rows whose score was not a finite number.</summary>
    public long NotFinite;

    /// <summary>Rows left out because a value was missing.</summary>
    public long Missing;

    /// <summary>Rows that came while there was no model.</summary>
    public long NoModel;

    /// <summary>Alerts opened.</summary>
    public long Alerts;

    /// <summary>Rows a shadow model scored as well.</summary>
    public long ShadowScored;

    /// <summary>Rows on which model and shadow were on the same side of the threshold.</summary>
    public long ShadowAgreed;

    /// <summary>Largest difference between a score and the shadow's.</summary>
    public double ShadowLargestDifference;
}
