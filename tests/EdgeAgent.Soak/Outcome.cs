using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak;

/// <summary>What came of a run.</summary>
/// <param name="Lost">Messages lost.</param>
/// <param name="Twice">Messages counted twice.</param>
/// <param name="Failure">What else is wrong; null for nothing.</param>
/// <param name="IsProof">Whether the fault has had an effect: a run without shows nothing and does not count.</param>
/// <param name="Recovery">Longest time until messages came again after a fault; null where there was none.</param>
/// <param name="PeakBytes">Most memory the agent had resident.</param>
/// <param name="Text">Counts in one line.</param>
sealed record Outcome(long Lost, long Twice, string? Failure, bool IsProof, TimeSpan? Recovery, long PeakBytes, string Text)
{
    /// <summary>Of a fault of the harness.</summary>
    public static Outcome Of(FaultResult result) =>
        new(result.Lost, result.Twice, result.Failure, result.IsProof, result.Recovery, result.PeakBytes, result.Text);

    /// <summary>Whether all is as promised.</summary>
    public bool IsWell => Lost == 0 && Twice == 0 && Failure is null;
}
