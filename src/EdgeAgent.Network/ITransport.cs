namespace EdgeAgent.Network;

/// <summary>Bytes to and from a server, over TCP, TLS or a WebSocket.</summary>
/// <remarks>One reader thread, one sender at a time, <see cref="Shutdown"/> from any thread. No method but the constructor throws;
/// a failure ends the connection and leaves <see cref="Error"/>.</remarks>
public interface ITransport : IDisposable
{
    /// <summary>Whether <see cref="TrySend"/> returns at once when the peer does not read.</summary>
    bool SendsAtOnce { get; }

    /// <summary>What failed, or null when the peer closed in order.</summary>
    string? Error { get; }

    /// <summary>Waits up to <paramref name="timeoutMs"/> for bytes and takes what is there.</summary>
    FillResult Receive(Span<byte> into, int timeoutMs, out int count);

    /// <summary>Sends what the peer has room for; false when the connection has ended.</summary>
    /// <remarks>What was not sent comes first the next time.</remarks>
    bool TrySend(ReadOnlySpan<byte> bytes, out int sent);

    /// <summary>Waits until the peer has room again.</summary>
    bool WaitWritable(int timeoutMs);

    /// <summary>Ends the connection both ways; a waiting <see cref="Receive"/> returns.</summary>
    void Shutdown();
}
