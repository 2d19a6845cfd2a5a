namespace EdgeAgent.Core.Formats.Regex;

/// <summary>One value a pattern gives.</summary>
/// <param name="Group">Name of the group.</param>
/// <param name="Metric">Value of the <c>metric</c> label.</param>
/// <param name="Scale">Factor.</param>
/// <param name="Add">Added after scaling.</param>
public sealed record PatternField(string Group, string Metric, double Scale = 1, double Add = 0);
