using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleets.Managing;

/// <summary>An answer as it came.</summary>
/// <param name="Answer">What it says.</param>
/// <param name="IsTrusted">Whether the gateway's key in the list signed it.</param>
sealed record AnswerSeen(Answer Answer, bool IsTrusted);
