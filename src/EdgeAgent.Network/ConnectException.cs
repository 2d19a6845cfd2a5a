namespace EdgeAgent.Network;

/// <summary>A connection could not be made; the message is a sentence for people.</summary>
public sealed class ConnectException(
    ConnectFailure failure, string message, RetryAdvice retry, byte reasonCode = 0, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public ConnectFailure Failure { get; } = failure;

    /// <summary>The message without what to do about it, where the two are told apart (certificates); else the whole message.</summary>
    public string What { get; init; } = message;

    /// <summary>How soon to try again.</summary>
    public RetryAdvice Retry { get; } = retry;

    /// <summary>The code of a refusal in the protocol's numbers, such as CONNACK's; 0 when there was none.</summary>
    public byte ReasonCode { get; } = reasonCode;
}
