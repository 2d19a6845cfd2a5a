namespace EdgeAgent.Outputs.Webhook;

/// <summary>What a server answered.</summary>
/// <param name="Status">The status code.</param>
/// <param name="RetryAfter"><c>Retry-After</c> as it came, or null.</param>
/// <param name="Location"><c>Location</c> as it came, or null.</param>
sealed record HttpAnswer(int Status, string? RetryAfter = null, string? Location = null);
