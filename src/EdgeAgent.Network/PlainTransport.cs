using System.Net.Sockets;

namespace EdgeAgent.Network;

/// <summary>A connected, non-blocking TCP socket.</summary>
/// <remarks>
/// Only synchronous calls are made on the socket: an asynchronous one would register it with the runtime's epoll thread,
/// which then wakes for every arrival for the life of the socket.
/// </remarks>
public sealed class PlainTransport(Socket socket) : ITransport
{
    // tcp(7).
    const int IpProtoTcp = 6, TcpQuickAck = 12;

    volatile string? _error;

    /// <inheritdoc/>
    public bool SendsAtOnce => true;

    /// <inheritdoc/>
    public string? Error => _error;

    /// <inheritdoc/>
    public FillResult Receive(Span<byte> into, int timeoutMs, out int count)
    {
        try
        {
            count = socket.Receive(into, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                AcknowledgeNow();
                if (timeoutMs == 0 || !socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectRead)) return FillResult.Timeout;
                count = socket.Receive(into, SocketFlags.None, out error);
                if (error == SocketError.WouldBlock) return FillResult.Timeout;
            }
            if (error == SocketError.Success) return count > 0 ? FillResult.Data : FillResult.Closed;
            _error = NetworkText.Of(error);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _error = e.Message;
        }
        count = 0;
        return FillResult.Closed;
    }

    // A peer with Nagle's algorithm (mosquitto unless `set_tcp_nodelay`) holds each small message back until the one before it is
    // acknowledged, and the kernel delays that by up to 40 ms. Asked for before every wait, since the kernel forgets it;
    // a busy reader never waits.
    void AcknowledgeNow()
    {
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(IpProtoTcp, TcpQuickAck, "\x01\0\0\0"u8);
    }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        try
        {
            sent = socket.Send(bytes, SocketFlags.None, out var error);
            if (error is SocketError.Success or SocketError.WouldBlock) return true;
            _error = NetworkText.Of(error);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _error = e.Message;
        }
        return false;
    }

    /// <inheritdoc/>
    public bool WaitWritable(int timeoutMs)
    {
        try
        {
            return socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectWrite);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _error = e.Message;
            return true;
        }
    }

    /// <inheritdoc/>
    public void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already gone, which is what was wanted.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
