namespace EdgeAgent.Network;

/// <summary>A transport whose bytes are counted.</summary>
public sealed class CountedTransport(ITransport inner, LinkBytes link) : ITransport
{
    /// <inheritdoc/>
    public bool SendsAtOnce => inner.SendsAtOnce;

    /// <inheritdoc/>
    public string? Error => inner.Error;

    /// <inheritdoc/>
    public FillResult Receive(Span<byte> into, int timeoutMs, out int count)
    {
        var result = inner.Receive(into, timeoutMs, out count);
        if (count > 0) link.Received(count);
        return result;
    }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        var isOpen = inner.TrySend(bytes, out sent);
        if (sent > 0) link.Sent(sent);
        return isOpen;
    }

    /// <inheritdoc/>
    public bool WaitWritable(int timeoutMs) => inner.WaitWritable(timeoutMs);

    /// <inheritdoc/>
    public void Shutdown() => inner.Shutdown();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
