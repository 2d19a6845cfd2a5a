using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeAgent.Tests.Outputs.Webhook;

/// <summary>An HTTP server on loopback that does byte for byte what the test says: one script a connection,
/// one connection after another.</summary>
/// <remarks>A failing script fails the test in <see cref="Dispose"/>. The time-outs only keep a broken test from hanging.</remarks>
sealed class ScriptedServer : IDisposable
{
    const int HangMs = 30_000;
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Thread _thread;
    Exception? _failure;

    public ScriptedServer(params Action<Conversation>[] scripts)
        : this(null, scripts)
    {
    }

    public ScriptedServer(X509Certificate2? certificate, params Action<Conversation>[] scripts)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(() => Run(certificate, scripts)) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>Connections whose script has begun.</summary>
    public int Connections { get; private set; }

    /// <summary>Whether connections may stay away.</summary>
    public bool MayBeIdle { get; init; }

    public void Dispose()
    {
        if (MayBeIdle) _listener.Stop();
        var ended = _thread.Join(HangMs);
        _listener.Stop();
        if (_failure is not null) throw new InvalidOperationException("the server's script failed", _failure);
        if (!ended) throw new TimeoutException("the server's script hangs");
    }

    void Run(X509Certificate2? certificate, Action<Conversation>[] scripts)
    {
        try
        {
            foreach (var script in scripts)
            {
                using var socket = _listener.AcceptSocket();
                Connections++;
                socket.NoDelay = true;
                socket.ReceiveTimeout = socket.SendTimeout = HangMs;
                using Stream plain = new NetworkStream(socket);
                if (certificate is null)
                {
                    script(new Conversation(socket, plain));
                    continue;
                }

                using var tls = new SslStream(plain);
                try
                {
                    tls.AuthenticateAsServer(certificate);
                }
                catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
                {
                    continue; // the client did not trust it, as some tests want
                }

                script(new Conversation(socket, tls));
            }
        }
        catch (SocketException) when (MayBeIdle)
        {
            // Nobody came.
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}

/// <summary>The server's end of one connection.</summary>
sealed class Conversation(Socket socket, Stream stream)
{
    public Socket Socket => socket;

    /// <summary>Reads one request as it came: head and body.</summary>
    public string Request()
    {
        var bytes = new List<byte>();
        while (!(bytes.Count >= 4 && bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n'))
        {
            var b = stream.ReadByte();
            if (b < 0) throw new EndOfStreamException($"the client closed after {Encoding.Latin1.GetString([.. bytes])}");
            bytes.Add((byte)b);
        }

        var head = Encoding.Latin1.GetString([.. bytes]);
        var length = int.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
        var body = new byte[length];
        stream.ReadExactly(body);
        return head + Encoding.UTF8.GetString(body);
    }

    public void Send(string text) => stream.Write(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends until the client closes.</summary>
    public void SendForEver(string text)
    {
        try
        {
            while (true) Send(text);
        }
        catch (IOException)
        {
            // It had enough.
        }
    }

    /// <summary>Waits until the client closes.</summary>
    public void ExpectEnd()
    {
        try
        {
            if (stream.ReadByte() >= 0) throw new InvalidOperationException("the client sent more");
        }
        catch (IOException)
        {
            // Closed with bytes unread, or in the middle of TLS: also an end.
        }
    }
}
