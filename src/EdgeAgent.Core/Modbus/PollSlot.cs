namespace EdgeAgent.Core.Modbus;

/// <summary>What is polled how often.</summary>
/// <param name="Unit">Index of the unit.</param>
/// <param name="IntervalNs">Interval [ns]; 0 for once, as soon as possible.</param>
public readonly record struct PollSlot(int Unit, long IntervalNs);
