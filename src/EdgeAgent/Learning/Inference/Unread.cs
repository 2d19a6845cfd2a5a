namespace EdgeAgent.Learning.Inference;

/// <summary>Topics that the proposal does not read.</summary>
/// <param name="Topic">One of them.</param>
/// <param name="Topics">How many there are of the kind.</param>
/// <param name="Why">A sentence: what was seen, and what can be done.</param>
/// <param name="Sample">A payload, or null.</param>
sealed record Unread(string Topic, int Topics, string Why, byte[]? Sample);
