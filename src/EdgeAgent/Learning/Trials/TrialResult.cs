namespace EdgeAgent.Learning.Trials;

/// <summary>What came of decoding the samples of a subscription.</summary>
/// <param name="Samples">How many there were.</param>
/// <param name="Good">How many gave readings and nothing bad.</param>
/// <param name="Readings">All readings.</param>
/// <param name="Failure">What was wrong with the others, or with the configuration.</param>
sealed record TrialResult(int Samples, int Good, long Readings, string? Failure)
{
    /// <summary>Whether the configuration itself has a finding.</summary>
    public bool IsRefused { get; init; }

    /// <summary>For the comment.</summary>
    public string Text => Samples == 0 ? ""
        : Good == Samples ? Samples == 1 ? "The one sample decodes." : $"All {Samples} samples decode."
        : Failure is null ? $"{Good} of {Samples} samples give readings; the others hold none."
        : $"{Good} of {Samples} samples decode well; of another: {Failure}";
}
