namespace EdgeAgent.Network;

/// <summary>A transport as a stream, for a client that reads asynchronously and little: each read that has to wait takes a thread.
/// </summary>
/// <remarks>One reader, one writer. Disposing it ends the connection, and a waiting read with it.</remarks>
public sealed class TransportStream(ITransport transport) : DuplexStream
{
    const int WaitMs = 60_000;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        FillResult result;
        int count;
        do result = transport.Receive(buffer, WaitMs, out count);
        while (result == FillResult.Timeout);
        return result == FillResult.Data ? count : transport.Error is { } error ? throw new IOException(error) : 0;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = transport.Receive(buffer.Span, 0, out var count);
        if (result == FillResult.Data) return ValueTask.FromResult(count);
        return new(Task.Factory.StartNew(
            () => Read(buffer.Span), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (!transport.TrySend(buffer, out var sent)) throw new IOException(transport.Error ?? "The connection was cut.");
            buffer = buffer[sent..];
            if (sent == 0) transport.WaitWritable(WaitMs);
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            transport.Shutdown();
            transport.Dispose();
        }

        base.Dispose(disposing);
    }
}
