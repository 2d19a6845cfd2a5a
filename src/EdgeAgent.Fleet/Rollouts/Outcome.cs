namespace EdgeAgent.Fleet.Rollouts;

/// <summary>What a gateway has made of a document.</summary>
public enum Outcome
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It has it under trial, or waits for its turn.</summary>
    Trying,

    /// <summary>It runs it, and its gates were true for long enough.</summary>
    Good,

    /// <summary>It refused it or went back from it.</summary>
    Failed,
}
