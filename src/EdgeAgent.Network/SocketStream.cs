using System.Net.Sockets;

namespace EdgeAgent.Network;

/// <summary>The stream under TLS: blocking reads and writes with a time-out over a non-blocking socket, synchronous only.</summary>
/// <remarks>
/// A read that runs out of time throws <see cref="IOException"/> with <see cref="ReadTimedOut"/> set and takes nothing,
/// so TLS can go on later.
/// </remarks>
sealed class SocketStream(Socket socket) : Stream
{
    public int ReadTimeoutMs { get; set; }

    public int WriteTimeoutMs { get; set; }

    /// <summary>End of all reads together, such as those of a handshake: a peer that sends a byte now and then does not move it.</summary>
    public Deadline? ReadsEnd { get; set; }

    public bool ReadTimedOut { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        ReadTimedOut = false;
        while (true)
        {
            var count = socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success) return count;
            if (error != SocketError.WouldBlock) throw new IOException(NetworkText.Of(error), new SocketException((int)error));
            var timeoutMs = ReadsEnd is { } end ? Math.Min(end.LeftMs, ReadTimeoutMs) : ReadTimeoutMs;
            if (timeoutMs > 0 && socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectRead)) continue;
            ReadTimedOut = true;
            throw new IOException("Nothing arrived in time.");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var sent = socket.Send(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success) buffer = buffer[sent..];
            else if (error != SocketError.WouldBlock) throw new IOException(NetworkText.Of(error), new SocketException((int)error));
            else if (!socket.Poll(TimeSpan.FromMilliseconds(WriteTimeoutMs), SelectMode.SelectWrite))
                throw new IOException("The server does not read.");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
