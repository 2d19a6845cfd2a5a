namespace EdgeAgent.Core.Formats.Binary;

/// <summary>Type of a binary field.</summary>
public enum BinaryType : byte
{
    /// <summary>Unsigned, 1 byte.</summary>
    U8,

    /// <summary>Two's complement, 1 byte.</summary>
    I8,

    /// <summary>Unsigned, 2 bytes.</summary>
    U16,

    /// <summary>Two's complement, 2 bytes.</summary>
    I16,

    /// <summary>Unsigned, 3 bytes.</summary>
    U24,

    /// <summary>Two's complement, 3 bytes.</summary>
    I24,

    /// <summary>Unsigned, 4 bytes.</summary>
    U32,

    /// <summary>Two's complement, 4 bytes.</summary>
    I32,

    /// <summary>Unsigned, 8 bytes; above 2^53 the nearest double.</summary>
    U64,

    /// <summary>Two's complement, 8 bytes.</summary>
    I64,

    /// <summary>IEEE 754 single.</summary>
    F32,

    /// <summary>IEEE 754 double.</summary>
    F64,
}
