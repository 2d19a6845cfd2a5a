namespace EdgeAgent.Core.Modbus;

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
