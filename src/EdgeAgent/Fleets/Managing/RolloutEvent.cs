using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>One thing that happened in a rollout.</summary>
/// <param name="Kind">What.</param>
/// <param name="Rollout">The rollout.</param>
/// <param name="Group">Its group.</param>
/// <param name="Document">Name and version of the document.</param>
/// <param name="Text">For people.</param>
/// <param name="Sequence">Number of the target that was written; null for none.</param>
/// <param name="At">When.</param>
/// <param name="Count">The admitted gateways; null before the first wave.</param>
/// <param name="Score">The score of the sequential test.</param>
sealed record RolloutEvent(RolloutEventKind Kind, string Rollout, string Group, string Document, string Text, long? Sequence,
    DateTimeOffset At,
    WaveCount? Count, double Score);
