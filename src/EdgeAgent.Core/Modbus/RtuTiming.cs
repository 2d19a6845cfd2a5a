namespace EdgeAgent.Core.Modbus;

/// <summary>The times of an RTU line (Modbus over Serial Line V1.02 §2.5.1.1 and §2.4.1).</summary>
/// <remarks>
/// A character has 11 bits: start, 8 data, parity or a second stop, stop (§2.5.1). Up to 19,200 baud the silence between
/// frames is 3.5 characters; above, the specification recommends the fixed value 1.750 ms.
/// </remarks>
public readonly record struct RtuTiming
{
    /// <summary>Times for a line of <paramref name="baud"/> bits per second.</summary>
    /// <param name="baud">Bits per second, above 0.</param>
    /// <param name="bitsPerCharacter">Bits of one character on the line, 11 unless the line is set otherwise.</param>
    /// <param name="fastSilence">Above 19,200 baud: true takes the fixed silence, false 3.5 characters.</param>
    public RtuTiming(int baud, int bitsPerCharacter = 11, bool fastSilence = true)
    {
        CharacterNs = bitsPerCharacter * 1_000_000_000L / baud;
        BetweenFramesNs = baud > 19_200 && fastSilence ? 1_750_000 : CharacterNs * 7 / 2;
    }

    /// <summary>Time of one character [ns].</summary>
    public long CharacterNs { get; }

    /// <summary>t3.5: shortest silence between frames [ns].</summary>
    public long BetweenFramesNs { get; }

    /// <summary>Time <paramref name="bytes"/> take on the wire [ns].</summary>
    public long OnWireNs(int bytes) => bytes * CharacterNs;

    /// <summary>Shortest cycle of one exchange on this line [ns]: request, silence, answer, silence,
    /// with a unit that answers at once.</summary>
    /// <remarks>This is the theoretical poll rate that bus load is measured against.</remarks>
    public long CycleNs(in ModbusRequest r)
    {
        var requestBytes = r.IsRead || r.Function is ModbusFunction.WriteCoil or ModbusFunction.WriteRegister ? 8 : 9 + r.DataBytes;
        return OnWireNs(requestBytes + 3 + ModbusPdu.AnswerLength(r)) + 2 * BetweenFramesNs;
    }
}
