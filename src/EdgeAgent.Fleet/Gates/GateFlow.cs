namespace EdgeAgent.Fleet.Gates;

/// <summary>Readings of one pipeline: since its start in a sample, a second in a baseline.</summary>
/// <param name="In">That came in.</param>
/// <param name="Out">That reached its end (a window, <c>emit</c>) in time.</param>
public readonly record struct GateFlow(double In, double Out);
