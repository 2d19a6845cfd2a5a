using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EdgeAgent.Network;

/// <summary>TLS over a connected socket, the handshake done.</summary>
/// <remarks>
/// TLS may hold bytes the socket no longer has, so the socket is asked whether anything arrived only after TLS itself ran dry;
/// that costs one exception each time a busy connection falls silent. One thread may read while another sends.
/// </remarks>
sealed class TlsTransport(Socket socket, SocketStream inner, SslStream tls) : ITransport
{
    volatile string? _error;
    bool _isDry;

    public bool SendsAtOnce => false;

    public string? Error => _error;

    public FillResult Receive(Span<byte> into, int timeoutMs, out int count)
    {
        count = 0;
        try
        {
            if (_isDry && !socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectRead)) return FillResult.Timeout;
            inner.ReadTimeoutMs = timeoutMs;
            _isDry = false;
            count = tls.Read(into);
            return count > 0 ? FillResult.Data : FillResult.Closed;
        }
        catch (IOException) when (inner.ReadTimedOut)
        {
            _isDry = true;
            return FillResult.Timeout;
        }
        catch (Exception e) when (IsExpected(e))
        {
            _error = e.Message;
            return FillResult.Closed;
        }
    }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        try
        {
            tls.Write(bytes);
            sent = bytes.Length;
            return true;
        }
        catch (Exception e) when (IsExpected(e))
        {
            _error = e.Message;
            return false;
        }
    }

    public bool WaitWritable(int timeoutMs) => true;

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

    public void Dispose()
    {
        tls.Dispose();
        socket.Dispose();
    }

    static bool IsExpected(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or AuthenticationException
            or InvalidOperationException or NotSupportedException;
}
