namespace EdgeAgent.Core.Formats.Regex;

/// <summary>One value a pattern gives.</summary>
/// <param name="Group">Name of the group.</param>
/// <param name="Metric">Value of the <c>metric</c> label.</param>
/// <param name="Scale">From the number to the value; null for the number itself.</param>
public sealed record PatternField(string Group, string Metric, LinearScale? Scale = null);
