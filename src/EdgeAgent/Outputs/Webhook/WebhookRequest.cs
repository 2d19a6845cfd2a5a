using System.Globalization;
using System.Net;
using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Libraries;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>Writes records as requests: CloudEvents 1.0, HTTP protocol binding §3.1, binary content mode, over HTTP/1.1.</summary>
/// <remarks>
/// POST with the configured headers, <c>ce-specversion</c> 1.0 · <c>ce-id</c> · <c>ce-source</c> · <c>ce-type</c> · <c>ce-time</c>, and
/// the payload as JSON. In header values spaces, <c>"</c>, <c>%</c> and all that is not printable ASCII are percent-encoded UTF-8
/// (§3.1.3.2). The path and query go as they are configured.
/// </remarks>
sealed class WebhookRequest
{
    readonly WebhookOutputSettings _settings;
    readonly Uri _uri;
    readonly string _host, _source;

    /// <summary>For the requests of one output.</summary>
    public WebhookRequest(WebhookOutputSettings settings, string agentId)
    {
        (_settings, _source) = (settings, Encode(Encoding.UTF8.GetBytes(agentId)));
        var host = settings.Host.Contains(':') ? $"[{settings.Host}]" : settings.Host;
        _host = settings.Port == (settings.Tls is null ? 80 : 443) ? host
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{settings.Port}");
        // Of TLS the connection takes care; to the handler every stream is plain.
        _uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{settings.Port}{settings.Target.Reveal()}"),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>The request of the record that <paramref name="reader"/> stands on.</summary>
    public HttpRequestMessage Of(scoped in RecordReader reader)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(reader.Payload.ToArray()),
        };
        request.Headers.Host = _host;
        Add(request, "User-Agent", $"edge-agent/{Product.Version}");
        foreach (var (name, value) in _settings.Headers) Add(request, name, value.Reveal());
        Add(request, "ce-specversion", "1.0");
        Add(request, "ce-id", Encode(reader.Id));
        Add(request, "ce-source", _source);
        Add(request, "ce-type", $"edgeagent.{reader.Kind.ToString().ToLowerInvariant()}");
        Span<byte> time = stackalloc byte[Rfc3339.MaxLength];
        Add(request, "ce-time", Encoding.ASCII.GetString(time[..Rfc3339.Format(reader.TimeNs, time)]));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return request;
    }

    static void Add(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);

    static string Encode(scoped ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder(utf8.Length);
        foreach (var b in utf8)
        {
            if (b is > (byte)' ' and < 0x7F and not ((byte)'"' or (byte)'%')) text.Append((char)b);
            else text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }
}
