using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeAgent.Logs;
using EdgeAgent.Network.Limits;

namespace EdgeAgent.Status;

/// <summary>Answers <c>edge-agent status</c> and <c>edge-agent tap</c> on a Unix socket in the data directory.</summary>
/// <remarks>
/// A client sends one line, a JSON object with <c>command</c>: <c>status</c> is answered by one JSON line, <c>tap</c> by JSON
/// lines until the client goes, <c>reload</c> (with <c>config</c>, <c>dry_run</c>) and <c>reload_models</c> by one JSON line once
/// it is over; what cannot be answered by
/// <c>{"error":…}</c>. The socket is for the agent's user alone (mode 0600). At most 8 clients at once, one thread each. Nothing a client
/// does, and no fault in answering it, reaches the agent.
/// </remarks>
sealed class StatusServer(string path, Action<Utf8JsonWriter> writeStatus, Tap tap, LogLimiter log) : IDisposable
{
    const int MaxClients = 8;
    const int FirstBytes = 4096;

    // A signed document in Base64.
    const int MaxRequestBytes = 256 << 10;
    const int RestMs = 1000;
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    int _clients;
    readonly ManualResetEventSlim _stopped = new();

    /// <summary>Name of the socket inside a data directory.</summary>
    public const string FileName = "edge-agent.sock";

    /// <summary>Answers <c>reload_models</c>; null when that cannot be asked.</summary>
    public Action<Utf8JsonWriter>? ReloadModels { get; init; }

    /// <summary>Answers <c>fleet</c>; null when the agent has none.</summary>
    public Action<JsonElement, Utf8JsonWriter>? Fleet { get; init; }

    /// <summary>Answers <c>reload</c>; null when that cannot be asked.</summary>
    public Action<JsonElement, Utf8JsonWriter>? Reload { get; init; }

    /// <summary>Binds and starts answering; a socket left by a dead agent is replaced (the data directory's lock is held).</summary>
    /// <returns>False, with a line in the log, when there can be no socket there; the agent does its work without.</returns>
    public bool TryStart()
    {
        try
        {
            File.Delete(path);
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _listener.Listen(4);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.Warn("status", $"There is no status socket, so `status` and `tap` will find no agent: {path}: {error.Message}");
            return false;
        }

        new Thread(Accept, 128 * 1024) { IsBackground = true, Name = "status" }.Start();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        _listener.Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start replaces it.
        }
    }

    void Accept()
    {
        while (!_stopped.IsSet)
        {
            try
            {
                var client = _listener.Accept();
                if (Interlocked.Increment(ref _clients) > MaxClients)
                {
                    using (client) Refuse(client, $"{MaxClients} clients are connected already; close one of them.");
                    Interlocked.Decrement(ref _clients);
                    continue;
                }

                new Thread(() => Serve(client), 192 * 1024) { IsBackground = true, Name = "status-client" }.Start();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (_stopped.IsSet) return;
                log.Warn("status", OpenFiles.AreSpent(error) ? OpenFiles.Sentence($"The status socket {path} takes nobody")
                    : $"The status socket {path} failed: {error.Message}");
                if (_stopped.Wait(RestMs)) return; // such as no free file handles: it passes
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
            Answer(client, stream, request);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // The client went away; that does not concern the agent.
        }
        catch (Exception error)
        {
            log.Warn("status client", $"A status request could not be answered: {error.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref _clients);
        }
    }

    void Answer(Socket client, NetworkStream stream, string request)
    {
        try
        {
            using var json = JsonDocument.Parse(request);
            var command = Text(json.RootElement, "command");
            if (command == "tap") ServeTap(stream, json.RootElement);
            else if (command == "status") ServeWhole(stream, writeStatus);
            else if (command == "reload" && Reload is { } change) ServeWhole(stream, answer => change(json.RootElement, answer));
            else if (command == "fleet" && Fleet is { } fleet) ServeWhole(stream, answer => fleet(json.RootElement, answer));
            else if (command == "fleet") Refuse(client, "this agent has no `fleet` in its configuration");
            else if (command == "reload_models" && ReloadModels is { } reload) ServeWhole(stream, reload);
            else Refuse(client, "expected {\"command\":\"status\"} or {\"command\":\"tap\"}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Refuse(client, $"the request is not understood: {error.Message}");
        }
    }

    static void ServeWhole(NetworkStream stream, Action<Utf8JsonWriter> write)
    {
        using var whole = new MemoryStream();
        using (var json = new Utf8JsonWriter(whole)) write(json);
        whole.WriteByte((byte)'\n');
        stream.Write(whole.GetBuffer(), 0, (int)whole.Length);
    }

    static void Refuse(Socket client, string sentence)
    {
        using var whole = new MemoryStream();
        using (var json = new Utf8JsonWriter(whole))
        {
            json.WriteStartObject();
            json.WriteString("error", sentence);
            json.WriteEndObject();
        }

        whole.WriteByte((byte)'\n');
        try
        {
            client.Send(whole.GetBuffer().AsSpan(0, (int)whole.Length));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It did not wait for the answer.
        }
    }

    void ServeTap(NetworkStream stream, JsonElement request)
    {
        var labels = new List<(string, string)>();
        if (request.TryGetProperty("labels", out var given))
            foreach (var label in given.EnumerateObject()) labels.Add((label.Name, label.Value.GetString() ?? ""));
        using var watcher = tap.Watch(Text(request, "source"), Text(request, "pipeline"), labels);
        while (!_stopped.IsSet)
        {
            watcher.WriteTo(stream, 500);
            if (stream.Socket.Poll(0, SelectMode.SelectRead) && stream.Socket.Available == 0) return;
        }
    }

    static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.GetString() : null;

    static string? ReadLine(NetworkStream stream)
    {
        var buffer = new byte[FirstBytes];
        var length = 0;
        while (length < MaxRequestBytes)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
            var n = stream.Read(buffer, length, buffer.Length - length);
            if (n == 0) return null;
            length += n;
            var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0) return Encoding.UTF8.GetString(buffer, 0, end);
        }

        return null;
    }
}
