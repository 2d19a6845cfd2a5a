namespace EdgeAgent.Core.Lines;

/// <summary>RS-485 by the driver: it switches the transmitter with RTS.</summary>
public sealed record Rs485Settings
{
    /// <summary>Level of RTS while sending: true for high.</summary>
    public bool RtsOnSend { get; init; } = true;

    /// <summary>Whether what is sent is also received.</summary>
    public bool ReceiveWhileSending { get; init; }

    /// <summary>Time from RTS to the first bit, in whole milliseconds.</summary>
    public TimeSpan DelayBeforeSend { get; init; }

    /// <summary>Time from the last bit to RTS off, in whole milliseconds.</summary>
    public TimeSpan DelayAfterSend { get; init; }
}
