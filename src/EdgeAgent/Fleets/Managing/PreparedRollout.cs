using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A rollout that can be driven: its document lies on the broker.</summary>
/// <param name="Settings">The plan as it was written.</param>
/// <param name="Document">The document.</param>
/// <param name="Reference">Its digest and version.</param>
/// <param name="Plan">The plan as it is decided by.</param>
sealed record PreparedRollout(PlanSettings Settings, ConfigDocument Document, DocumentRef Reference, RolloutPlan Plan);
