namespace EdgeAgent.Native.Serial;

/// <summary>A port that cannot be opened or was lost; the message says what to do.</summary>
public sealed class SerialException(SerialFailure failure, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public SerialFailure Failure { get; } = failure;
}
