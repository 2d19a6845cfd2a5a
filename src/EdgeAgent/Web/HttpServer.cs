using System.Net;
using System.Net.Sockets;
using EdgeAgent.Logs;
using EdgeAgent.Network.Limits;

namespace EdgeAgent.Web;

/// <summary>A small HTTP server for what can only be read: GET and HEAD of a few exact paths. docs/decisions/http-server.md.</summary>
/// <remarks>
/// <para>Bounds: <see cref="HttpLimits"/>. A connection is a thread; there are never more than twice
/// <see cref="HttpLimits.Connections"/>, those that are ending included. A further connection takes the place of the one idle for
/// longest; when all are being answered it is closed. Nothing a client does, and no fault in answering it, reaches the agent.</para>
/// <para>An address that cannot be had is one line in the log and tried again every 30 s.</para>
/// </remarks>
sealed class HttpServer(HttpEndpoint endpoint, IReadOnlyDictionary<string, Func<HttpRequest, HttpReply>> routes, LogLimiter log)
    : IDisposable
{
    const int StackBytes = 192 * 1024;
    const int RetryMs = 30_000;
    const int RestMs = 1_000;
    readonly List<HttpConnection> _connections = [];
    readonly ManualResetEventSlim _stopped = new();
    Socket? _listener;
    int _threads;
    long _turns;

    /// <summary>Where it listens.</summary>
    public HttpEndpoint Endpoint => endpoint;

    /// <summary>What it has done.</summary>
    public HttpCounts Counts { get; } = new();

    /// <summary>Where it listens now, with the port that was given for port 0; null when it does not. For tests.</summary>
    internal EndPoint? Bound => _listener?.LocalEndPoint;

    /// <summary>Connections held now; for tests.</summary>
    internal int Connections
    {
        get { lock (_connections) return _connections.Count; }
    }

    /// <summary>Binds and starts answering; when it cannot, says so in the log and tries again until it can.</summary>
    /// <returns>Whether it listens already.</returns>
    public bool TryStart()
    {
        var listens = TryListen();
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = endpoint.Name }.Start();
        return listens;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_connections)
        {
            _stopped.Set();
            _listener?.Dispose();
            foreach (var connection in _connections) connection.End();
        }

        if (endpoint.Address is UnixDomainSocketEndPoint unix) Delete(unix.ToString());
    }

    /// <summary>The answer to a request whose head was good.</summary>
    public HttpReply Answer(HttpRequest request)
    {
        if (!endpoint.Takes(request.Host)) return HttpReply.Refusal(421);
        if (endpoint.Password?.Refuse(request.Authorization) is { } refusal) return refusal;
        if (!routes.TryGetValue(request.Path, out var route)) return HttpReply.Refusal(404);
        try
        {
            return route(request);
        }
        catch (Exception error)
        {
            log.Warn($"http {endpoint.Name}", $"The {endpoint.What} could not answer {request.Path}: {error.Message}");
            return HttpReply.Refusal(500);
        }
    }

    bool TryListen()
    {
        Socket? socket = null;
        try
        {
            endpoint.Tls?.Load();
            var isUnix = endpoint.Address is UnixDomainSocketEndPoint;
            socket = new Socket(endpoint.Address.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
            if (isUnix) Delete(endpoint.Address.ToString()!); // left by an agent that died: the data directory's lock is held
            socket.Bind(endpoint.Address);
            if (isUnix) File.SetUnixFileMode(endpoint.Address.ToString()!, UserAndGroup);
            socket.Listen(endpoint.Limits.Connections);
            lock (_connections)
            {
                if (_stopped.IsSet) socket.Dispose();
                _listener = socket;
            }

            log.Clear(Subject);
            return true;
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket?.Dispose();
            log.Warn(Subject, $"There is no {endpoint.What}; the agent does its work without. {Explain(error)}");
            return false;
        }
    }

    const UnixFileMode UserAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    string Subject => $"listen {endpoint.Name}";

    string Explain(Exception error) => (error as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{endpoint.Address} is in use by another program: end that, or choose another port.",
        SocketError.AccessDenied => $"{endpoint.Address} needs rights this user has not (ports below 1024 do): choose another port.",
        SocketError.AddressNotAvailable => $"{endpoint.Address} is no address of this machine: use one that `ip address` shows.",
        _ when OpenFiles.AreSpent(error) => OpenFiles.Sentence($"{endpoint.Address} cannot be opened"),
        _ => $"{endpoint.Address}: {error.Message}",
    };

    void Run()
    {
        while (!_stopped.IsSet)
        {
            if (_listener is null && (_stopped.Wait(RetryMs) || !TryListen())) continue;
            try
            {
                Take(_listener!.Accept());
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (_stopped.IsSet) return;
                log.Warn(Subject, OpenFiles.AreSpent(error) ? OpenFiles.Sentence($"The {endpoint.What} {endpoint.Address} takes nobody")
                    : $"The {endpoint.What} {endpoint.Address} failed: {error.Message}");
                if (_stopped.Wait(RestMs)) return; // such as no free file handles: it passes
            }
        }
    }

    /// <summary>Numbers the moments at which connections become idle. Any thread.</summary>
    internal long NextTurn() => Interlocked.Increment(ref _turns);

    void Take(Socket client)
    {
        var connection = new HttpConnection(client, this);
        HttpConnection? longest = null;
        lock (_connections)
        {
            if (_connections.Count >= endpoint.Limits.Connections)
            {
                longest = _connections.Where(c => c.IsIdle).MinBy(c => c.IdleSince);
                Counts.OnDropped();
                if (longest is null || Volatile.Read(ref _threads) >= 2 * endpoint.Limits.Connections)
                {
                    client.Dispose();
                    return;
                }

                _connections.Remove(longest);
            }

            _connections.Add(connection);
        }

        longest?.End();
        Interlocked.Increment(ref _threads);
        new Thread(() =>
        {
            try
            {
                connection.Run();
            }
            finally
            {
                lock (_connections) _connections.Remove(connection);
                Interlocked.Decrement(ref _threads);
            }
        }, StackBytes) { IsBackground = true, Name = endpoint.Name + "-client" }.Start();
    }

    static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Binding says what is wrong there; after the end the next start replaces it.
        }
    }
}
