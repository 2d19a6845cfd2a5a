using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Web;

namespace EdgeAgent.Page;

/// <summary>The one file of the status page, as it is embedded. Its policy lets it run its own script and style, known by their hashes, and
/// ask its own server; nothing else.</summary>
sealed class PageFile
{
    readonly byte[] _whole = Read();
    readonly Lazy<byte[]> _packed;
    readonly string _headers;

    /// <summary>Reads it.</summary>
    public PageFile()
    {
        _packed = new Lazy<byte[]>(() => Gzip.Pack(_whole));
        var text = Encoding.UTF8.GetString(_whole);
        _headers = $"Content-Security-Policy: default-src 'none'; script-src {Hash(text, "script")}; style-src {Hash(text, "style")}; "
            + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
            + "Referrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\nVary: Accept-Encoding\r\n";
    }

    /// <summary>The answer to <c>/</c>.</summary>
    public HttpReply Answer(HttpRequest request) => new(200, "text/html; charset=utf-8", request.TakesGzip ? _packed.Value : _whole)
    {
        Headers = request.TakesGzip ? _headers + "Content-Encoding: gzip\r\n" : _headers,
    };

    static byte[] Read()
    {
        using var resource = typeof(PageFile).Assembly.GetManifestResourceStream("page.html")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    static string Hash(string text, string element)
    {
        var start = text.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = text.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text[start..end])))}'";
    }
}
