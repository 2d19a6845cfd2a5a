namespace EdgeAgent.Models;

/// <summary>What trying a model found.</summary>
readonly record struct TrialResult
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The pipeline of the stage.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The stage.</summary>
    public required string Stage { get; init; }

    /// <summary>The key to change.</summary>
    public required string Key { get; init; }

    /// <summary>Whether that is one of the stage rather than of the model.</summary>
    public required bool IsOfStage { get; init; }

    /// <summary>One line.</summary>
    public required string Message { get; init; }

    /// <summary>Whether the stage would go without its model.</summary>
    public required bool IsError { get; init; }
}
