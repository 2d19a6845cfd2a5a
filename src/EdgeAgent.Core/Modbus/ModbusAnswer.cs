namespace EdgeAgent.Core.Modbus;

/// <summary>The outcome of looking for an answer; data by position in the bytes looked at.</summary>
/// <param name="Status">What was found.</param>
/// <param name="DataStart">First byte of the data of a read.</param>
/// <param name="DataLength">Its length [bytes].</param>
/// <param name="ExceptionCode">Exception code (V1.1b3 §7), for <see cref="AnswerStatus.Exception"/>.</param>
public readonly record struct ModbusAnswer(AnswerStatus Status, int DataStart = 0, int DataLength = 0, byte ExceptionCode = 0)
{
    /// <summary>Words for an exception code (V1.1b3 §7).</summary>
    public static string Explain(byte code) => code switch
    {
        1 => "illegal function",
        2 => "illegal data address",
        3 => "illegal data value",
        4 => "server device failure",
        5 => "acknowledge, still working",
        6 => "server device busy",
        8 => "memory parity error",
        10 => "gateway path unavailable",
        11 => "gateway target failed to respond",
        _ => "unknown exception",
    };
}
