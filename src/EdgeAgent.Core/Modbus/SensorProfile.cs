namespace EdgeAgent.Core.Modbus;

/// <summary>What is known of one kind of device: its register map and limits. A file of <c>hardware/sensors</c>.</summary>
public sealed record SensorProfile
{
    /// <summary>Byte order of values that name none.</summary>
    public ByteOrder Order { get; init; }

    /// <summary>Longest run of unnamed registers a read may go over.</summary>
    public int MaxGap { get; init; } = 8;

    /// <summary>Most registers in one read.</summary>
    public int MaxRegisters { get; init; } = ModbusPdu.MaxReadRegisters;

    /// <summary>The map.</summary>
    public required IReadOnlyList<RegisterSettings> Registers { get; init; }

    /// <summary>The unit with this profile's registers before its own; of limits the smaller counts.</summary>
    public ModbusUnitSettings ApplyTo(ModbusUnitSettings unit)
    {
        var chosen = Registers.Where(r => unit.Metrics.Count == 0 || unit.Metrics.Contains(r.Metric))
            .Select(r => r with { Order = r.Order ?? Order });
        return unit with
        {
            MaxGap = Math.Min(unit.MaxGap, MaxGap),
            MaxRegisters = Math.Min(unit.MaxRegisters, MaxRegisters),
            Registers = [.. chosen, .. unit.Registers],
            Profile = null,
            Metrics = [],
        };
    }
}
