namespace EdgeAgent.Fleet.Messages;

/// <summary>The time, and whether it can be trusted: expiry is looked at only while the clock is synchronised.</summary>
/// <param name="Now">UTC.</param>
/// <param name="IsSynchronised">Whether the kernel calls its clock synchronised (adjtimex).</param>
public readonly record struct ClockReading(DateTimeOffset Now, bool IsSynchronised)
{
    /// <summary>Whether a moment is known to have passed; never with a clock that is not synchronised.</summary>
    public bool HasPassed(DateTimeOffset? moment) => IsSynchronised && moment is { } end && Now >= end;
}
