namespace EdgeAgent.Core.Modbus;

/// <summary>A value inside the answer of a planned read.</summary>
/// <param name="Register">Where it comes from.</param>
/// <param name="Position">Byte in the data of the answer; for bits the number of the bit.</param>
/// <param name="Format">How it is read.</param>
public readonly record struct PlannedValue(RegisterSettings Register, int Position, RegisterFormat Format);
