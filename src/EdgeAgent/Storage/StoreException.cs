namespace EdgeAgent.Storage;

/// <summary>A failed commit or open; <see cref="Exception.Message"/> says what to do.</summary>
public sealed class StoreException(StoreFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure.</summary>
    public StoreFailure Failure { get; } = failure;
}
