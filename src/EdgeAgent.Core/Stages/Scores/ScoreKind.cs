namespace EdgeAgent.Core.Stages.Scores;

/// <summary>How a score is read off a model's outputs.</summary>
public enum ScoreKind
{
    /// <summary>One output as it is.</summary>
    Output,

    /// <summary>Mean of squared differences between features and outputs.</summary>
    ReconstructionMse,

    /// <summary>Mean of absolute differences between features and outputs.</summary>
    ReconstructionMae,

    /// <summary>Largest absolute difference between features and outputs.</summary>
    ReconstructionMax,

    /// <summary>Mean absolute difference between the outputs of the last run and the newest features now.</summary>
    ForecastError,
}
