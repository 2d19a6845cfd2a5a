namespace EdgeAgent.Core.Drift;

/// <summary>What of a stage's inputs and scores is compared with what; part of the model the stage is given.</summary>
/// <param name="Settings">Window and limits.</param>
/// <param name="Key">Hash of the reference: under another one, counts start anew.</param>
/// <param name="Inputs">For each field of the stage, in order.</param>
/// <param name="Score">For the score; null when the reference has none of this model.</param>
public sealed record DriftPlan(DriftSettings Settings, string Key, IReadOnlyList<(string Field, DriftBins Bins)> Inputs, DriftBins? Score)
{
    /// <summary>Name of the score among the quantities.</summary>
    public const string ScoreName = "score";

    /// <summary>Name of a field among the quantities.</summary>
    public static string InputName(string field) => "input." + field;
}
