using System.Globalization;
using System.Text;

namespace EdgeAgent.Network;

/// <summary>Status and headers of an HTTP/1.1 answer that another protocol follows: CONNECT at a proxy, the opening of a
/// WebSocket.</summary>
/// <remarks>Read byte by byte, so that nothing of what follows is taken; at most <see cref="MaxBytes"/>.</remarks>
sealed class HttpHead
{
    /// <summary>Longest head taken [bytes].</summary>
    public const int MaxBytes = 16 << 10;

    const int SliceMs = 50;
    readonly string[] _lines;

    HttpHead(string[] lines, int status) => (_lines, Status) = (lines, status);

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>Code and reason as they came, printable; for people.</summary>
    public string Said => Printable(_lines[0][(_lines[0].IndexOf(' ') + 1)..].Trim());

    /// <summary>The value of a header, or null; of several, separated by commas.</summary>
    public string? Find(string name)
    {
        string? found = null;
        foreach (var line in _lines.AsSpan(1))
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                found = found is null ? line[(name.Length + 1)..].Trim() : $"{found}, {line[(name.Length + 1)..].Trim()}";
        return found;
    }

    /// <summary>Whether a header that is a list has this word.</summary>
    public bool Lists(string name, string word)
    {
        foreach (var each in (Find(name) ?? "").Split(',', StringSplitOptions.TrimEntries))
            if (each.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>Sends a request and reads the head of its answer.</summary>
    /// <param name="transport">A connection that nobody else uses yet.</param>
    /// <param name="request">The request, all of it.</param>
    /// <param name="who">Who answers, as the start of a sentence.</param>
    /// <param name="deadline">End of all of it.</param>
    /// <param name="cancel">Ends it earlier.</param>
    /// <exception cref="ConnectException">No answer, or none of HTTP.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HttpHead Ask(ITransport transport, string request, string who, Deadline deadline, CancellationToken cancel)
    {
        Send(transport, Encoding.ASCII.GetBytes(request), who, deadline);
        var head = new byte[MaxBytes];
        for (var length = 0; length < head.Length;)
        {
            cancel.ThrowIfCancellationRequested();
            switch (transport.Receive(head.AsSpan(length, 1), Math.Min(SliceMs, deadline.LeftMs), out _))
            {
                case FillResult.Data:
                    length++;
                    if (length == 5 && !head.AsSpan().StartsWith("HTTP/"u8)) throw NotHttp(who);
                    if (head.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) return Read(Encoding.Latin1.GetString(head, 0, length - 4), who);
                    break;
                case FillResult.Closed:
                    throw new ConnectException(ConnectFailure.ClosedEarly,
                        $"{who} closed the connection before the end of its answer{(transport.Error is { } e ? $": {e}" : ".")}",
                        RetryAdvice.Soon);
                case FillResult.Timeout when deadline.LeftMs == 0:
                    throw new ConnectException(ConnectFailure.TimedOut, $"{who} did not answer in time.", RetryAdvice.Soon);
            }
        }

        throw new ConnectException(ConnectFailure.OtherProtocol, $"{who} answers with headers without end (over {MaxBytes >> 10} KiB).",
            RetryAdvice.Slowly);
    }

    static void Send(ITransport transport, ReadOnlySpan<byte> bytes, string who, Deadline deadline)
    {
        while (!bytes.IsEmpty)
        {
            if (!transport.TrySend(bytes, out var sent))
                throw new ConnectException(ConnectFailure.ClosedEarly, $"{who} closed the connection. {transport.Error}", RetryAdvice.Soon);
            bytes = bytes[sent..];
            if (!bytes.IsEmpty && !transport.WaitWritable(deadline.LeftMs))
                throw new ConnectException(ConnectFailure.TimedOut, $"{who} does not read.", RetryAdvice.Soon);
        }
    }

    static HttpHead Read(string text, string who)
    {
        var lines = text.Split("\r\n");
        var first = lines[0];
        // HTTP/1.1 101 Switching Protocols; RFC 9112 §4. The reason may be missing.
        return first.Length >= 12 && first.StartsWith("HTTP/1.", StringComparison.Ordinal) && first[8] == ' '
            && int.TryParse(first.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? new HttpHead(lines, status)
            : throw NotHttp(who);
    }

    static ConnectException NotHttp(string who) => new(ConnectFailure.OtherProtocol,
        $"{who} does not answer in HTTP/1.1. Check that the port is the right one.", RetryAdvice.Slowly);

    /// <summary>What a server said, cut and without control characters.</summary>
    internal static string Printable(string text) =>
        string.Create(Math.Min(text.Length, 200), text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
}
