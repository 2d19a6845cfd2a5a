using System.Net.Sockets;
using EdgeAgent.Native.Serial;
using EdgeAgent.Network.Limits;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Modbus over a TCP connection.</summary>
sealed class TcpWire : IModbusWire
{
    const int ConnectTimeoutMs = 5000;
    const int SendTimeoutMs = 2000;
    const long PollSliceNs = 100_000_000;
    readonly string _peer;
    readonly Socket _socket;
    readonly WakeSignal _wake = new();
    readonly byte[] _waste = new byte[256];
    readonly bool _carriesRtu;

    /// <summary>Connects, within 5 s.</summary>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">Port.</param>
    /// <param name="carriesRtu">Whether <see cref="Discard"/> throws bytes away: RTU frames have no transaction numbers.</param>
    /// <param name="stopping">Ends the attempt.</param>
    public TcpWire(string host, int port, bool carriesRtu = false, CancellationToken stopping = default)
    {
        _carriesRtu = carriesRtu;
        _peer = $"{host}:{port}";
        try
        {
            _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = SendTimeoutMs };
        }
        catch (SocketException e)
        {
            _wake.Dispose();
            throw Unreachable(e);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(ConnectTimeoutMs);
        try
        {
            _socket.ConnectAsync(host, port, limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            Dispose();
            throw Unreachable(e);
        }
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new WireException(
                $"{_peer} takes nothing that is sent to it for {SendTimeoutMs / 1000} s. Is it overloaded or stuck? Restart it.", e);
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <inheritdoc/>
    public int Receive(Span<byte> buffer, long timeoutNs)
    {
        try
        {
            if (!_socket.Poll((int)(Math.Clamp(timeoutNs, 0, PollSliceNs) / 1000), SelectMode.SelectRead)) return 0;
            var n = _socket.Receive(buffer);
            return n > 0 ? n : throw Lost(new SocketException((int)SocketError.ConnectionReset));
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <inheritdoc/>
    public void Rest(long timeNs) => _wake.Wait(timeNs);

    /// <inheritdoc/>
    public void Discard()
    {
        // Late answers of Modbus TCP are told apart by their transaction number, and half a frame must not be lost.
        while (_carriesRtu && Receive(_waste, 0) > 0)
        {
        }
    }

    /// <inheritdoc/>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }

    WireException Unreachable(Exception e) => new(
        OpenFiles.AreSpent(e) ? OpenFiles.Sentence($"No connection to {_peer} can be opened")
            : $"{_peer} cannot be reached: {(e is OperationCanceledException ? "no answer in 5 s" : e.Message)}. "
                + "Check address and network.", e);

    WireException Lost(SocketException e) => new($"the connection to {_peer} was lost: {e.Message}.", e);
}
