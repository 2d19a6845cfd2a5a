namespace EdgeAgent.Core.Modbus;

/// <summary>One unit on the bus.</summary>
public sealed record ModbusUnitSettings
{
    /// <summary>Unit id, 1 to 247 (over TCP also 255).</summary>
    public required int Unit { get; init; }

    /// <summary>Value of the <c>device</c> label.</summary>
    public required string Device { get; init; }

    /// <summary>Poll interval of registers that name none.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Byte order of values that name none.</summary>
    public ByteOrder Order { get; init; }

    /// <summary>Longest run of unnamed registers a read may go over; of two limits the smaller counts.</summary>
    public int MaxGap { get; init; } = 8;

    /// <summary>Most registers in one read; of two limits the smaller counts.</summary>
    public int MaxRegisters { get; init; } = ModbusPdu.MaxReadRegisters;

    /// <summary>Name or path of a sensor profile whose registers are read too; null for none.</summary>
    public string? Profile { get; init; }

    /// <summary>Metrics taken from the profile; empty for all.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>What is read besides.</summary>
    public required IReadOnlyList<RegisterSettings> Registers { get; init; }

    /// <summary>Labels of every series of this unit.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
