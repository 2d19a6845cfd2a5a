namespace EdgeAgent.Fleet.Gateway;

/// <summary>What an event leads to.</summary>
/// <param name="Record">The record to make durable; the same object when nothing changed.</param>
/// <param name="Actions">What to do after that, in this order.</param>
public sealed record FleetStep(FleetRecord Record, params IReadOnlyList<FleetAction> Actions);
