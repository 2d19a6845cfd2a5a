namespace EdgeAgent.Models;

/// <summary>What trying a model found.</summary>
/// <param name="Model">The model.</param>
/// <param name="Pipeline">The pipeline of the stage.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Key">The key to change.</param>
/// <param name="IsOfStage">Whether that is one of the stage rather than of the model.</param>
/// <param name="Message">One line.</param>
/// <param name="IsError">Whether the stage would go without its model.</param>
readonly record struct TrialResult(string Model, string Pipeline, string Stage, string Key, bool IsOfStage, string Message, bool IsError);
