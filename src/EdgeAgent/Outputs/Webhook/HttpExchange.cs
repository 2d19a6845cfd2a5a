namespace EdgeAgent.Outputs.Webhook;

/// <summary>What came of a request.</summary>
/// <param name="Answer">The answer; null when there is none.</param>
/// <param name="Failure">Why there is none, as a sentence; else empty.</param>
readonly record struct HttpExchange(HttpAnswer? Answer, string Failure);
