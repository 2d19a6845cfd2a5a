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
