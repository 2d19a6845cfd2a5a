namespace EdgeAgent.Core.Stages.Scores;

/// <summary>What becomes of a row with a value that is missing.</summary>
public enum MissingPolicy
{
    /// <summary>The row is not scored.</summary>
    Skip,

    /// <summary>0, as if it had been measured.</summary>
    Zero,

    /// <summary>The mean used for scaling (0 after scaling), or 0 without scaling.</summary>
    Mean,

    /// <summary>The last value of the same place in the same series; the row is not scored while there is none.</summary>
    Last,
}
