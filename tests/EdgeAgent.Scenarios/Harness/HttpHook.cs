using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A request as the server got it.</summary>
sealed record HookRequest(string Id, string Source, string Type, string Body, string Head);

/// <summary>An HTTP server on loopback that keeps what is posted to it; it can go away and come back on the same port.</summary>
sealed class HttpHook : IDisposable
{
    readonly List<HookRequest> _requests = [];
    readonly List<TcpClient> _clients = [];
    readonly object _lock = new();
    TcpListener? _listener;

    /// <summary>Its port.</summary>
    public int Port { get; } = Workspace.FreePort();

    /// <summary>The answer to a request, by how many came before; null closes the connection without one.</summary>
    public Func<int, string?> Answer { get; set; } = _ => "HTTP/1.1 204 No Content\r\n\r\n";

    /// <summary>Requests in the order they came, repeats included.</summary>
    public IReadOnlyList<HookRequest> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    /// <summary>Listens.</summary>
    public HttpHook Up()
    {
        var listener = _listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
        return this;
    }

    /// <summary>Cuts all connections and refuses new ones.</summary>
    public void Down()
    {
        _listener?.Stop();
        lock (_lock)
        {
            foreach (var client in _clients) client.Close();
            _clients.Clear();
        }
    }

    /// <summary>Waits until what came is as wanted.</summary>
    public IReadOnlyList<HookRequest> WaitFor(Func<IReadOnlyList<HookRequest>, bool> wanted, string what, int seconds = 60)
    {
        var until = Environment.TickCount64 + (seconds * 1000L);
        lock (_lock)
        {
            while (!wanted(_requests))
            {
                var left = until - Environment.TickCount64;
                if (left <= 0) throw new TimeoutException($"{what} not within {seconds} s: {_requests.Count} requests");
                Monitor.Wait(_lock, (int)left);
            }

            return [.. _requests];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Down();

    void Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = listener.AcceptTcpClient();
                lock (_lock) _clients.Add(client);
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Down.
        }
    }

    void Serve(TcpClient client)
    {
        try
        {
            using var stream = client.GetStream();
            while (TryRead(stream) is { } request)
            {
                string? answer;
                lock (_lock)
                {
                    answer = Answer(_requests.Count);
                    _requests.Add(request);
                    Monitor.PulseAll(_lock);
                }

                if (answer is null) return;
                stream.Write(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            client.Close();
        }
    }

    static HookRequest? TryRead(NetworkStream stream)
    {
        var bytes = new List<byte>();
        while (bytes.Count < 4 || !(bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n'))
        {
            var b = stream.ReadByte();
            if (b < 0) return null;
            bytes.Add((byte)b);
        }

        var head = Encoding.ASCII.GetString([.. bytes]);
        string Header(string name) =>
            head.Split('\n').First(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..].TrimEnd();
        var body = new byte[int.Parse(Header("content-length"), CultureInfo.InvariantCulture)];
        stream.ReadExactly(body);
        return new HookRequest(Header("ce-id"), Header("ce-source"), Header("ce-type"), Encoding.UTF8.GetString(body), head);
    }
}
