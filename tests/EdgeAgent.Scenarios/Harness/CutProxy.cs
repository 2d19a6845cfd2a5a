using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A TCP proxy on the loopback that cuts its connections after random numbers of bytes, in both directions,
/// with a fixed seed.</summary>
sealed class CutProxy : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly int _targetPort;
    readonly Random _random;
    readonly int _least;
    readonly int _most;
    readonly Lock _lock = new();
    int _cutsLeft;

    /// <summary>Listens; the next <paramref name="cuts"/> connections are cut after <paramref name="least"/> to
    /// <paramref name="most"/> bytes either way.</summary>
    public CutProxy(int targetPort, int cuts, int least, int most, int seed)
    {
        (_targetPort, _cutsLeft, _least, _most, _random) = (targetPort, cuts, least, most, new Random(seed));
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Where to connect.</summary>
    public int Port { get; }

    /// <summary>Connections cut so far.</summary>
    public int Cuts { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptSocket();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }

    void Serve(Socket client)
    {
        using var broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        broker.Connect(IPAddress.Loopback, _targetPort);
        long down = long.MaxValue, up = long.MaxValue;
        lock (_lock)
        {
            if (_cutsLeft > 0)
            {
                _cutsLeft--;
                // One direction sets the moment; messages are many bytes, acknowledgements few.
                if (_random.Next(3) == 0) up = _random.Next(_least / 8, _most / 8);
                else down = _random.Next(_least, _most);
            }
        }

        var back = new Thread(() => Copy(client, broker, up)) { IsBackground = true };
        back.Start();
        Copy(broker, client, down);
        back.Join();
        client.Dispose();
    }

    void Copy(Socket from, Socket to, long most)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (from.Receive(buffer) is var n and > 0)
            {
                var part = (int)Math.Min(n, most);
                for (var sent = 0; sent < part;) sent += to.Send(buffer.AsSpan(sent, part - sent));
                most -= part;
                if (most > 0) continue;
                lock (_lock) Cuts++;
                // A reset, as from a router that forgot the connection.
                from.Close(0);
                to.Close(0);
                return;
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other direction ended it.
        }

        try
        {
            to.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Already gone.
        }
    }
}
