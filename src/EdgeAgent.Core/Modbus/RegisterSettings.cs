namespace EdgeAgent.Core.Modbus;

/// <summary>One of the four tables of a unit (Modbus Application Protocol V1.1b3 §4.3).</summary>
public enum RegisterTable : byte
{
    /// <summary>Read-only bits, function 2.</summary>
    Discrete,

    /// <summary>Writable bits, functions 1, 5 and 15.</summary>
    Coil,

    /// <summary>Read-only registers, function 4.</summary>
    Input,

    /// <summary>Writable registers, functions 3, 6 and 16.</summary>
    Holding,
}

/// <summary>How registers are read as one value.</summary>
public enum RegisterType : byte
{
    /// <summary>One bit of a coil or discrete input.</summary>
    Bit,

    /// <summary>Unsigned, 1 register.</summary>
    U16,

    /// <summary>Two's complement, 1 register.</summary>
    I16,

    /// <summary>Unsigned, 2 registers.</summary>
    U32,

    /// <summary>Two's complement, 2 registers.</summary>
    I32,

    /// <summary>Unsigned, 4 registers; above 2^53 the nearest double.</summary>
    U64,

    /// <summary>Two's complement, 4 registers; beyond ±2^53 the nearest double.</summary>
    I64,

    /// <summary>IEEE 754 single, 2 registers.</summary>
    F32,

    /// <summary>IEEE 754 double, 4 registers.</summary>
    F64,

    /// <summary>4 decimal digits, 1 register.</summary>
    Bcd16,

    /// <summary>8 decimal digits, 2 registers.</summary>
    Bcd32,

    /// <summary>16 decimal digits, 4 registers.</summary>
    Bcd64,

    /// <summary>ASCII text, two characters a register; read once after connecting and added as a label.</summary>
    Text,
}

/// <summary>The order of the bytes of a value in registers; A is the most significant byte of 32 bits.</summary>
public enum WordOrder : byte
{
    /// <summary>Big-endian words, high word first: what the specification says.</summary>
    Abcd,

    /// <summary>Big-endian words, low word first.</summary>
    Cdab,

    /// <summary>Little-endian words, high word first.</summary>
    Badc,

    /// <summary>Little-endian throughout.</summary>
    Dcba,
}

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
    public WordOrder? Order { get; init; }

    /// <summary>Text only: length in registers.</summary>
    public int LengthRegisters { get; init; } = 1;

    /// <summary>First bit of a bit field, 0 the lowest; null for the whole value. Integers only.</summary>
    public int? FirstBit { get; init; }

    /// <summary>Bits of a bit field.</summary>
    public int BitCount { get; init; } = 1;

    /// <summary>Factor from the raw to the physical value.</summary>
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
