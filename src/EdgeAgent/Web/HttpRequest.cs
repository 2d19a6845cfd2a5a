using System.Text;

namespace EdgeAgent.Web;

/// <summary>The head of a request, HTTP/1.1 and 1.0 (RFC 9112). GET and HEAD alone, without a body.</summary>
sealed record HttpRequest
{
    /// <summary>HEAD instead of GET.</summary>
    public required bool IsHead { get; init; }

    /// <summary>The path as it came: nothing is decoded or shortened.</summary>
    public required string Path { get; init; }

    /// <summary>What follows <c>?</c> as it came; empty when there is nothing.</summary>
    public required string Query { get; init; }

    /// <summary>Whether the connection may stay for another request.</summary>
    public required bool KeepsAlive { get; init; }

    /// <summary>The header <c>Host</c>; null for a request of HTTP/1.0 without one.</summary>
    public string? Host { get; init; }

    /// <summary>All headers <c>Accept</c>, joined by commas.</summary>
    public required string Accept { get; init; }

    /// <summary>All headers <c>Accept-Encoding</c>, joined by commas.</summary>
    public required string AcceptEncoding { get; init; }

    /// <summary>The header <c>Authorization</c>, or null.</summary>
    public string? Authorization { get; init; }

    const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <summary>Whether the answer may be compressed.</summary>
    public bool TakesGzip => AcceptEncoding.Split(',', StringSplitOptions.TrimEntries).Any(e => e == "gzip"
        || e.StartsWith("gzip;q=0.", StringComparison.Ordinal) || e.StartsWith("gzip;q=1", StringComparison.Ordinal));

    /// <summary>Reads a head; <paramref name="bytes"/> end with the empty line. What could be read in two ways is refused.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="request">The request.</param>
    /// <returns>0, or the status to refuse it with.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, out HttpRequest? request)
    {
        request = null;
        foreach (var b in bytes)
            if (b is not ((byte)'\r' or (byte)'\n' or (byte)'\t') and (< 0x20 or 0x7F)) return 400;
        var lines = Encoding.Latin1.GetString(bytes[..^4]).Split("\r\n");
        if (lines.Any(l => l.AsSpan().ContainsAny('\r', '\n'))) return 400;
        var parts = lines[0].Split(' ');
        if (parts is not [var method, var target, var version] || method.Length == 0 || !method.All(IsToken)) return 400;
        if (version is not ("HTTP/1.1" or "HTTP/1.0")) return version.StartsWith("HTTP/", StringComparison.Ordinal) ? 505 : 400;
        if (method is not ("GET" or "HEAD")) return 405;
        if (target.Length == 0 || target[0] != '/' || target.Any(c => c is < '!' or > '~')) return 400;
        var isNew = version == "HTTP/1.1";
        string? host = null, authorization = null;
        var (accept, encoding, connection) = ("", "", "");
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || !line.AsSpan(0, colon).ToString().All(IsToken)) return 400;
            var value = line[(colon + 1)..].Trim(' ', '\t');
            switch (line[..colon].ToLowerInvariant())
            {
                case "host" when host is not null: return 400;
                case "host": host = value; break;
                case "authorization" when authorization is not null: return 400;
                case "authorization": authorization = value; break;
                case "accept": accept = Joined(accept, value); break;
                case "accept-encoding": encoding = Joined(encoding, value); break;
                case "connection": connection = Joined(connection, value); break;
                case "content-length" when value != "0": return 413; // its body would be read as the next request
                case "transfer-encoding": return 413;
            }
        }

        if (isNew && host is null) return 400;
        var options = connection.Split(',').Select(o => o.Trim().ToLowerInvariant()).ToList();
        var query = target.IndexOf('?');
        request = new HttpRequest
        {
            IsHead = method == "HEAD",
            Path = query < 0 ? target : target[..query],
            Query = query < 0 ? "" : target[(query + 1)..],
            KeepsAlive = isNew && !options.Contains("close"),
            Host = host,
            Accept = accept,
            AcceptEncoding = encoding,
            Authorization = authorization,
        };
        return 0;
    }

    static bool IsToken(char c) => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c);

    static string Joined(string before, string value) => before.Length == 0 ? value : $"{before},{value}";
}
