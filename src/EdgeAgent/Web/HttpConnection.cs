using System.Net.Sockets;
using System.Security.Authentication;
using EdgeAgent.Network;

namespace EdgeAgent.Web;

/// <summary>One connection of a server: reads a request, answers it, and reads the next, on a thread of its own.</summary>
/// <remarks>
/// A request has one deadline from its first byte to the end of its headers, however its bytes drip; an answer has one, too. What follows
/// a request's head in the buffer is the next request. An answer that ends the connection is followed by the end of our side and a short
/// look at what still comes, so that it is not lost by a reset.
/// </remarks>
sealed class HttpConnection(Socket socket, HttpServer server)
{
    const int LingerMs = 500;
    const int LingerBytes = 64 << 10;
    const int SendBytes = 64 << 10; // of the kernel, for a client that does not read
    readonly HttpEndpoint _endpoint = server.Endpoint;
    readonly byte[] _buffer = new byte[HttpLimits.HeadBytes];
    int _filled;
    volatile bool _answers;
    volatile bool _ends;

    /// <summary>Whether no request is being answered: it may give way to another connection.</summary>
    public bool IsIdle => !_answers;

    /// <summary>The server's turn in which it last became idle; smaller is earlier.</summary>
    public long IdleSince { get; private set; }

    /// <summary>Ends it from outside. Any thread.</summary>
    public void End()
    {
        _ends = true;
        try
        {
            socket.Shutdown(SocketShutdown.Both); // wakes its thread, which closes it
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It had ended.
        }
    }

    /// <summary>Serves it to its end; nothing a client does throws.</summary>
    public void Run()
    {
        try
        {
            using (socket)
            {
                socket.Blocking = false;
                socket.SendBufferSize = SendBytes;
                if (_endpoint.Address is System.Net.IPEndPoint) socket.NoDelay = true;
                var raw = new SocketStream(socket) { ReadTimeoutMs = int.MaxValue / 1000, WriteTimeoutMs = int.MaxValue / 1000 };
                raw.ReadsEnd = raw.WritesEnd = new Deadline(_endpoint.Limits.Request);
                if (_endpoint.Tls is not { } tls)
                {
                    Serve(raw, raw);
                    return;
                }

                using var secured = tls.Secure(raw);
                Serve(raw, secured);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or AuthenticationException
            or InvalidOperationException)
        {
            // It went away, is no client of ours, or was ended.
        }
    }

    void Serve(SocketStream raw, Stream stream)
    {
        while (true)
        {
            IdleSince = server.NextTurn();
            var status = ReadHead(raw, stream, out var length);
            if (status < 0) return;
            HttpRequest? request = null;
            if (status == 0) status = HttpRequest.Read(_buffer.AsSpan(0, length), out request);
            _answers = true;
            if (_ends) return;
            var reply = status != 0 ? HttpReply.Refusal(status) : server.Answer(request!);
            if (reply.Status == 200) server.Counts.OnAnswered();
            else server.Counts.OnRefused();
            var closes = request is not { KeepsAlive: true } || reply.Stream is not null;
            if (!TryWrite(raw, stream, reply, request is { IsHead: true }, closes)) return;
            if (closes)
            {
                Linger(raw, stream);
                return;
            }

            _answers = false;
            _filled -= length;
            _buffer.AsSpan(length, _filled).CopyTo(_buffer);
        }
    }

    /// <summary>Reads up to the end of a head, which may be in the buffer already.</summary>
    /// <returns>0, the status to refuse it with, or -1 when the client went.</returns>
    int ReadHead(SocketStream raw, Stream stream, out int length)
    {
        length = 0;
        var seen = 0;
        raw.ReadsEnd = new Deadline(_filled > 0 ? _endpoint.Limits.Request : _endpoint.Limits.Idle);
        while (true)
        {
            var end = _buffer.AsSpan(seen, _filled - seen).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                length = seen + end + 4;
                return 0;
            }

            if (_filled == _buffer.Length) return 431;
            seen = Math.Max(0, _filled - 3);
            int count;
            try
            {
                count = stream.Read(_buffer.AsSpan(_filled));
            }
            catch (IOException) when (raw.ReadTimedOut)
            {
                if (_filled == 0) return -1;
                server.Counts.OnDropped();
                return 408;
            }

            if (count == 0) return -1;
            if (_filled == 0) raw.ReadsEnd = new Deadline(_endpoint.Limits.Request);
            _filled += count;
        }
    }

    bool TryWrite(SocketStream raw, Stream stream, HttpReply reply, bool isHead, bool closes)
    {
        try
        {
            raw.WritesEnd = new Deadline(_endpoint.Limits.Answer);
            stream.Write(reply.Head(closes));
            if (!isHead && reply.Body.Length > 0) stream.Write(reply.Body.Span);
            stream.Flush();
            if (!isHead) reply.Stream?.Invoke(new ReplyStream(socket, raw, stream, _endpoint.Limits.Answer));
            return true;
        }
        catch (IOException) when (raw.WriteTimedOut)
        {
            server.Counts.OnDropped();
            return false;
        }
    }

    void Linger(SocketStream raw, Stream stream)
    {
        if (stream is System.Net.Security.SslStream secured) secured.ShutdownAsync().GetAwaiter().GetResult();
        socket.Shutdown(SocketShutdown.Send);
        raw.ReadsEnd = new Deadline(TimeSpan.FromMilliseconds(LingerMs));
        for (var left = LingerBytes; left > 0;)
        {
            var count = raw.Read(_buffer);
            if (count == 0) return;
            left -= count;
        }
    }
}
