namespace EdgeAgent.Core.Models;

/// <summary>What an input of a model is fed with, when not with features.</summary>
/// <param name="StateOutput">The output whose value for the same series it takes at the next run; null for none.</param>
/// <param name="Constant">The number in every place; null for none.</param>
public sealed record ModelInputSettings(string? StateOutput, double? Constant);
