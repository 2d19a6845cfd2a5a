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
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes) throw new IOException($"{path} is too long for a socket ({MaxPathBytes} bytes); the agent has none there. Use a shorter agent.data_dir.");
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
    public static JsonDocument Status(string dataDirectory)
    {
        foreach (var line in Ask(dataDirectory, """{"command":"status"}""")) return JsonDocument.Parse(line);
        throw new IOException("The agent closed the connection without an answer; it may be stopping.");
    }
}
