namespace EdgeAgent.Core.Modbus;

/// <summary>The order of the bytes of a value in registers; A is the most significant byte of 32 bits.</summary>
public enum ByteOrder : byte
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
