namespace EdgeAgent.Core.Modbus;

/// <summary>One request that is polled again and again, and what its answer holds.</summary>
/// <param name="Request">The read.</param>
/// <param name="Interval">How often; <see cref="TimeSpan.Zero"/> for once after connecting.</param>
/// <param name="Values">Its values in the order of their addresses.</param>
public sealed record PlannedRead(ModbusRequest Request, TimeSpan Interval, IReadOnlyList<PlannedValue> Values)
{
    /// <summary>Whether it is read once after connecting: text.</summary>
    public bool IsOnce => Interval == TimeSpan.Zero;

    /// <inheritdoc/>
    public override string ToString() =>
        $"unit {Request.Unit}: {Request.Function} {Request.Address}..{Request.Address + Request.Count - 1} ({Values.Count} values) "
        + (IsOnce ? "once after connecting" : FormattableString.Invariant($"every {Interval.TotalSeconds:0.###} s"));
}
