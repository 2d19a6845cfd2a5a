using System.Net.Sockets;

namespace EdgeAgent.Network;

/// <summary>The stream under TLS: blocking reads and writes with a time-out over a non-blocking socket, synchronous only.</summary>
/// <remarks>
/// A read that runs out of time throws <see cref="IOException"/> with <see cref="ReadTimedOut"/> set and takes nothing,
/// so TLS can go on later.
/// </remarks>
public sealed class SocketStream(Socket socket) : DuplexStream
{
    /// <summary>Longest wait of one read [ms].</summary>
    public int ReadTimeoutMs { get; set; }

    /// <summary>Longest wait within one write for the other side to take something [ms].</summary>
    public int WriteTimeoutMs { get; set; }

    /// <summary>End of all reads together, such as those of a handshake: a peer that sends a byte now and then does not move it.</summary>
    public Deadline? ReadsEnd { get; set; }

    /// <summary>End of all writes together, such as those of an answer; null for none.</summary>
    public Deadline? WritesEnd { get; set; }

    /// <summary>Whether the last read ran out of time.</summary>
    public bool ReadTimedOut { get; private set; }

    /// <summary>Whether a write ran out of time; the stream is of no use then.</summary>
    public bool WriteTimedOut { get; private set; }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var sent = socket.Send(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success) buffer = buffer[sent..];
            else if (error != SocketError.WouldBlock) throw new IOException(NetworkText.Of(error), new SocketException((int)error));
            else if (!CanWriteInTime())
            {
                WriteTimedOut = true;
                throw new IOException("The server does not read.");
            }
        }
    }

    bool CanWriteInTime()
    {
        var timeoutMs = WritesEnd is { } end ? Math.Min(end.LeftMs, WriteTimeoutMs) : WriteTimeoutMs;
        return timeoutMs > 0 && socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectWrite);
    }
}
