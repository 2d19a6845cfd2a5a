using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeAgent.Host;

namespace EdgeAgent.Status;

/// <summary>Answers <c>edge-agent status</c> and <c>edge-agent tap</c> on a Unix socket in the data directory.</summary>
/// <remarks>
/// A client sends one line, a JSON object with <c>command</c>: <c>status</c> is answered by one JSON line, <c>tap</c> by JSON
/// lines until the client goes, <c>reload_models</c> by one JSON line once models are loaded. The socket is for the agent's user alone (mode 0600). At most 8 clients at once, one thread each.
/// </remarks>
sealed class StatusServer(string path, Action<Utf8JsonWriter> writeStatus, Tap tap, LogLimiter log) : IDisposable
{
    const int MaxClients = 8;
    const int MaxRequestBytes = 4096;
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    int _clients;
    volatile bool _stopping;

    /// <summary>Name of the socket inside a data directory.</summary>
    public const string FileName = "edge-agent.sock";

    /// <summary>Answers <c>reload_models</c>; null when that cannot be asked.</summary>
    public Action<Utf8JsonWriter>? ReloadModels { get; init; }

    /// <summary>Binds and starts answering; a socket left by a dead agent is replaced (the data directory's lock is held).</summary>
    public void Start()
    {
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(4);
        new Thread(Accept, 128 * 1024) { IsBackground = true, Name = "status" }.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _listener.Dispose();
        File.Delete(path);
    }

    void Accept()
    {
        while (!_stopping)
        {
            try
            {
                var client = _listener.Accept();
                if (Interlocked.Increment(ref _clients) > MaxClients)
                {
                    Interlocked.Decrement(ref _clients);
                    client.Dispose();
                    continue;
                }

                new Thread(() => Serve(client), 192 * 1024) { IsBackground = true, Name = "status-client" }.Start();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (!_stopping) log.Warn("status", $"The status socket {path} failed: {error.Message}");
                return;
            }
        }
    }

    void Serve(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            client.ReceiveTimeout = 5000;
            client.SendTimeout = 5000;
            var request = ReadLine(stream);
            if (request is null) return;
            using var json = JsonDocument.Parse(request);
            switch (Text(json.RootElement, "command"))
            {
                case "tap":
                    ServeTap(stream, json.RootElement);
                    break;
                case "reload_models" when ReloadModels is { } reload:
                    Answer(stream, reload);
                    break;
                default:
                    Answer(stream, writeStatus);
                    break;
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or JsonException or InvalidOperationException)
        {
            // The client went away or sent something else; neither concerns the agent.
        }
        finally
        {
            Interlocked.Decrement(ref _clients);
        }
    }

    static void Answer(NetworkStream stream, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(stream)) write(json);
        stream.Write("\n"u8);
    }

    void ServeTap(NetworkStream stream, JsonElement request)
    {
        var labels = new List<(string, string)>();
        if (request.TryGetProperty("labels", out var given))
            foreach (var label in given.EnumerateObject()) labels.Add((label.Name, label.Value.GetString() ?? ""));
        using var watcher = tap.Watch(Text(request, "source"), Text(request, "pipeline"), labels);
        while (!_stopping)
        {
            watcher.WriteTo(stream, 500);
            if (stream.Socket.Poll(0, SelectMode.SelectRead) && stream.Socket.Available == 0) return;
        }
    }

    static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.GetString() : null;

    static string? ReadLine(NetworkStream stream)
    {
        var buffer = new byte[MaxRequestBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var n = stream.Read(buffer, length, buffer.Length - length);
            if (n == 0) return null;
            length += n;
            var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0) return Encoding.UTF8.GetString(buffer, 0, end);
        }

        return null;
    }
}
