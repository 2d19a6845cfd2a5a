namespace EdgeAgent.Learning.Inference;

/// <summary>The names of a text of pairs.</summary>
/// <param name="Names">In order.</param>
/// <param name="Pattern">The text as a pattern with a group for each number.</param>
sealed record TextPairsShape(IReadOnlyList<string> Names, string Pattern);
