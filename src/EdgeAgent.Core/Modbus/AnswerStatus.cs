namespace EdgeAgent.Core.Modbus;

/// <summary>What was made of an answer.</summary>
public enum AnswerStatus : byte
{
    /// <summary>Bytes are missing yet.</summary>
    NeedMore,

    /// <summary>A good answer.</summary>
    Ok,

    /// <summary>The unit refused; see <see cref="ModbusAnswer.ExceptionCode"/>.</summary>
    Exception,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    /// <summary>Bytes came, but no whole answer with a right check.</summary>
    Corrupt,

    /// <summary>The answer is whole but does not fit the request (unit, function, length or echo).</summary>
    Mismatch,

    /// <summary>The stream cannot be followed any further; the connection must be closed (TCP only).</summary>
    Broken,
}
