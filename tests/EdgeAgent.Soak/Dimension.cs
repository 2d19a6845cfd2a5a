namespace EdgeAgent.Soak;

/// <summary>Something in which runs of a scenario differ, and its values, each with a weight:
/// how often it is drawn where nothing else decides.</summary>
sealed record Dimension(string Name, params (string Text, double Weight)[] Values);
