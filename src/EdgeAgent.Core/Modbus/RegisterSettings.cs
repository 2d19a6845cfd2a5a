namespace EdgeAgent.Core.Modbus;

/// <summary>One value of a register map.</summary>
public sealed record RegisterSettings
{
    /// <summary>Value of the <c>metric</c> label; for text the name of the label it becomes.</summary>
    public required string Metric { get; init; }

    /// <summary>The table.</summary>
    public RegisterTable Table { get; init; } = RegisterTable.Holding;

    /// <summary>Protocol address from 0 (a data sheet's 40001 is holding 0, 30001 is input 0).</summary>
    public required int Address { get; init; }

    /// <summary>How it is read.</summary>
    public RegisterType Type { get; init; } = RegisterType.U16;

    /// <summary>Byte order; null takes that of the unit.</summary>
    public ByteOrder? Order { get; init; }

    /// <summary>Text only: length in registers.</summary>
    public int LengthRegisters { get; init; } = 1;

    /// <summary>First bit of a bit field, 0 the lowest; null for the whole value. Integers only.</summary>
    public int? FirstBit { get; init; }

    /// <summary>Bits of a bit field.</summary>
    public int BitCount { get; init; } = 1;

    /// <summary>Factor from the raw to the physical value; with <see cref="Offset"/> a <see cref="Formats.LinearScale"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Added after scaling.</summary>
    public double Offset { get; init; }

    /// <summary>Engineering unit, added as label <c>unit</c>; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>Lowest valid physical value; below it the reading is dropped and counted.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest valid physical value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Poll interval; null takes that of the unit.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Registers (or bits) the value takes.</summary>
    public int Width => Type switch
    {
        RegisterType.U32 or RegisterType.I32 or RegisterType.F32 or RegisterType.Bcd32 => 2,
        RegisterType.U64 or RegisterType.I64 or RegisterType.F64 or RegisterType.Bcd64 => 4,
        RegisterType.Text => LengthRegisters,
        _ => 1,
    };

    /// <summary>Whether the table holds bits.</summary>
    public bool IsBits => Table is RegisterTable.Coil or RegisterTable.Discrete;
}
