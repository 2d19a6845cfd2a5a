using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Status;

/// <summary>Asks a running agent over its socket; see <see cref="StatusServer"/>.</summary>
static class StatusClient
{
    const int MaxPathBytes = 107;

    /// <summary>Sends <paramref name="request"/> and gives the answer's lines as they come.</summary>
    /// <exception cref="IOException">No agent answers there; the message says where and what to do.</exception>
    public static IEnumerable<string> Ask(string dataDirectory, string request)
    {
        var path = Path.Combine(dataDirectory, StatusServer.FileName);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
            throw new IOException(
                $"{path} is too long for a socket ({MaxPathBytes} bytes); the agent has none there. Use a shorter agent.data_dir.");
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error)
        {
            var seen = error.SocketErrorCode == SocketError.AccessDenied
                ? $"No permission for {path}. Run this as the user the agent runs as."
                : $"No agent answers at {path}. Is it running, with this data directory? Give its configuration or --data-dir.";
            throw new IOException(seen, error);
        }

        using var stream = new NetworkStream(socket);
        stream.Write(Encoding.UTF8.GetBytes(request + "\n"));
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("{\"error\":", StringComparison.Ordinal)) throw new IOException($"The agent refused: {line}");
            yield return line;
        }
    }

    /// <summary>The status of the agent as JSON.</summary>
    public static JsonDocument Status(string dataDirectory) => AskOnce(dataDirectory, """{"command":"status"}""");

    /// <summary>Lets the agent read its models again; what became of them as JSON.</summary>
    public static JsonDocument ReloadModels(string dataDirectory) => AskOnce(dataDirectory, """{"command":"reload_models"}""");

    /// <summary>Lets the agent take over its configuration, or with <paramref name="isDryRun"/> say what would change; its answer
    /// as JSON.</summary>
    /// <param name="dataDirectory">The agent's.</param>
    /// <param name="config">The file to read; null for the agent's own.</param>
    /// <param name="isDryRun">Whether nothing is to be changed.</param>
    public static JsonDocument Reload(string dataDirectory, string? config, bool isDryRun)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("command", "reload");
            if (config is not null) json.WriteString("config", config);
            json.WriteBoolean("dry_run", isDryRun);
            json.WriteEndObject();
        }

        return AskOnce(dataDirectory, Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>Asks the agent about its fleet; its answer as JSON.</summary>
    /// <param name="dataDirectory">The agent's.</param>
    /// <param name="verb">What to do.</param>
    /// <param name="more">Writes what else belongs to the question.</param>
    public static JsonDocument Fleet(string dataDirectory, string verb, Action<Utf8JsonWriter> more)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("command", "fleet");
            json.WriteString("verb", verb);
            more(json);
            json.WriteEndObject();
        }

        return AskOnce(dataDirectory, Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>Readings and records as they pass, one JSON line each.</summary>
    /// <param name="dataDirectory">The agent's.</param>
    /// <param name="source">Only readings of this source, or null.</param>
    /// <param name="pipeline">Only what passes this pipeline, or null.</param>
    /// <param name="labels">Only what has these labels, each as <c>name=value</c>.</param>
    public static IEnumerable<string> Tap(string dataDirectory, string? source, string? pipeline, string[] labels)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("command", "tap");
            if (source is not null) json.WriteString("source", source);
            if (pipeline is not null) json.WriteString("pipeline", pipeline);
            json.WriteStartObject("labels");
            foreach (var label in labels)
            {
                var at = label.IndexOf('=');
                json.WriteString(label[..at], label[(at + 1)..]);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Ask(dataDirectory, Encoding.UTF8.GetString(buffer.ToArray()));
    }

    static JsonDocument AskOnce(string dataDirectory, string request)
    {
        foreach (var line in Ask(dataDirectory, request)) return JsonDocument.Parse(line);
        throw new IOException("The agent closed the connection without an answer; it may be stopping.");
    }
}
