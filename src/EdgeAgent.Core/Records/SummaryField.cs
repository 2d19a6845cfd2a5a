namespace EdgeAgent.Core.Records;

/// <summary>One value of a summary.</summary>
/// <param name="Name">Its name in the JSON object.</param>
/// <param name="Value">The number; not finite means null. Unused when <paramref name="Text"/> is given.</param>
/// <param name="Text">A text instead of a number.</param>
public readonly record struct SummaryField(string Name, double Value, string? Text = null);
