namespace EdgeAgent.Scenarios.Harness;

/// <summary>What came of a fault.</summary>
/// <param name="Lost">What was lost without a word.</param>
/// <param name="Twice">What was counted twice.</param>
/// <param name="Failure">What else is wrong; null for nothing.</param>
/// <param name="IsProof">Whether the fault has had an effect.</param>
/// <param name="Recovery">Longest time until the agent worked again; null where nothing stopped.</param>
/// <param name="PeakBytes">Most memory the agent had resident.</param>
/// <param name="Text">Counts in one line.</param>
sealed record FaultResult(long Lost, long Twice, string? Failure, bool IsProof, TimeSpan? Recovery, long PeakBytes, string Text)
{
    /// <summary>Whether all is as promised, and something was shown.</summary>
    public bool IsGood => Lost == 0 && Twice == 0 && Failure is null && IsProof;

    /// <inheritdoc/>
    public override string ToString() =>
        $"lost {Lost}, twice {Twice}{(Failure is null ? "" : $", {Failure}")}{(IsProof ? "" : ", shows nothing")}; {Text}";
}
