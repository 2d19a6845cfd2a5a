namespace EdgeAgent.Models.Loading;

/// <summary>Something about a model that works, and that its user should know.</summary>
/// <param name="Key">The key that could be changed.</param>
/// <param name="IsOfStage">Whether that is one of the stage rather than of the model.</param>
/// <param name="Message">One line.</param>
sealed record ModelNote(string Key, bool IsOfStage, string Message);
