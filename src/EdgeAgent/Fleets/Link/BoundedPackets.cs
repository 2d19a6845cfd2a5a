using EdgeAgent.Network;

namespace EdgeAgent.Fleets.Link;

/// <summary>The bytes of an MQTT connection as its client reads them: no packet is longer than a bound.</summary>
/// <remarks>
/// MQTT 3.1.1 knows no bound of packets, and a client makes room for a whole one before it looks at it. Of a longer PUBLISH the
/// client sees the bound in place of its length and so many of its bytes; the rest is read and dropped, so that the connection and its
/// numbers stay as they are. Any other packet of that length ends the connection. [3.1.1 §2.2.3: remaining length of 1 to 4 bytes,
/// 7 bits each, the lowest first.] One reader, one writer.
/// </remarks>
sealed class BoundedPackets(Stream inner, int mostBytes) : DuplexStream
{
    const int MostHead = 5;
    const int Publish = 3;

    readonly byte[] _head = new byte[MostHead];
    byte[]? _dropped;
    int _headAt, _headEnd;
    int _body, _rest;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        if (_headAt == _headEnd && _body == 0 && !await NextAsync(cancellationToken).ConfigureAwait(false)) return 0;
        if (_headAt < _headEnd)
        {
            var part = _head.AsSpan(_headAt, Math.Min(buffer.Length, _headEnd - _headAt));
            part.CopyTo(buffer.Span);
            _headAt += part.Length;
            return part.Length;
        }

        var count = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _body)], cancellationToken).ConfigureAwait(false);
        _body -= count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Drops what is left of the packet before and reads the head of the next; false at the end of the connection.</summary>
    async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        while (_rest > 0)
        {
            _dropped ??= new byte[4096];
            var count = await inner.ReadAsync(_dropped.AsMemory(0, Math.Min(_dropped.Length, _rest)), cancel).ConfigureAwait(false);
            if (count == 0) return false;
            _rest -= count;
        }

        _dropped = null;
        (_headAt, _headEnd) = (0, 0);
        var length = 0;
        while (true)
        {
            if (await inner.ReadAsync(_head.AsMemory(_headEnd, 1), cancel).ConfigureAwait(false) == 0) return false;
            var digit = _head[_headEnd++];
            if (_headEnd == 1) continue;
            length |= (digit & 0x7f) << (7 * (_headEnd - 2));
            if (digit < 0x80) break;
            if (_headEnd == MostHead) throw new IOException("it sent a packet whose length has more than 4 bytes");
        }

        if (length > mostBytes) Cut(length);
        else _body = length;
        return true;
    }

    void Cut(int length)
    {
        if (_head[0] >> 4 != Publish)
            throw new IOException($"it sent a packet of {length} bytes that is no message; at most {mostBytes} are taken");
        (_body, _rest, _headEnd) = (mostBytes, length - mostBytes, 1);
        for (var left = mostBytes; ; left >>= 7)
        {
            _head[_headEnd++] = (byte)(left > 0x7f ? (left & 0x7f) | 0x80 : left);
            if (left <= 0x7f) return;
        }
    }
}
