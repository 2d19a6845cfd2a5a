namespace EdgeAgent.Fleet.Rollouts;

/// <summary>What a rollout does next, and why.</summary>
/// <param name="Step">What.</param>
/// <param name="Reason">Why, for people: seen and expected.</param>
public readonly record struct Decision(Step Step, string Reason);
