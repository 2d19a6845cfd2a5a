namespace EdgeAgent.Native.Serial;

/// <summary>Errors the driver counted since it was loaded.</summary>
/// <param name="Framing">Characters without a stop bit.</param>
/// <param name="Parity">Characters with a wrong parity bit.</param>
/// <param name="Overrun">Characters lost in the hardware or in the kernel's buffer.</param>
/// <param name="Breaks">Breaks.</param>
public readonly record struct SerialErrors(int Framing, int Parity, int Overrun, int Breaks);
