using System.Globalization;
using System.Text;

namespace EdgeAgent.Web;

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="ContentType">The type of its body.</param>
/// <param name="Body">Its body; empty for a stream.</param>
sealed record HttpReply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Further header lines, each with its end.</summary>
    public string Headers { get; init; } = "";

    /// <summary>Writes a body without an end, on the connection's thread, until the client goes; null for a body with a length.</summary>
    public Action<ReplyStream>? Stream { get; init; }

    /// <summary>A status and a sentence.</summary>
    public static HttpReply Text(int status, string sentence, string headers = "") =>
        new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(sentence + "\n")) { Headers = headers };

    /// <summary>The answer to what is not taken.</summary>
    public static HttpReply Refusal(int status) => status switch
    {
        400 => Text(status, "The request is not HTTP/1.1 as RFC 9112 has it."),
        404 => Text(status, "There is nothing at this path."),
        405 => Text(status, "This can only be read: GET and HEAD.", "Allow: GET, HEAD\r\n"),
        408 => Text(status, "The request did not come to its end in time."),
        413 => Text(status, "A request has no body here."),
        421 => Text(status, "The request's Host is none of ours: localhost, an address, or a name under `hosts` in the configuration."),
        431 => Text(status, "Request line and headers are longer than 8 KiB."),
        505 => Text(status, "HTTP/1.1 is spoken here."),
        _ => Text(status, "This could not be answered."),
    };

    /// <summary>Status line and headers.</summary>
    public byte[] Head(bool closes)
    {
        var text = new StringBuilder(256).Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Reason}\r\n")
            .Append("Content-Type: ").Append(ContentType).Append("\r\n").Append(Headers)
            .Append("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
        if (Stream is null) text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
        if (closes) text.Append("Connection: close\r\n");
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    string Reason => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        421 => "Misdirected Request",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Internal Server Error",
    };
}
