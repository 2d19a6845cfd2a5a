using System.Globalization;
using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Host;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>Writes records as requests: CloudEvents 1.0, HTTP protocol binding §3.1, binary content mode, over HTTP/1.1 (RFC 9112).</summary>
/// <remarks>
/// POST, <c>Host</c>, <c>User-Agent</c>, the configured headers, <c>Content-Type: application/json</c>, <c>Content-Length</c>, then <c>ce-specversion</c> 1.0 ·
/// <c>ce-id</c> · <c>ce-source</c> · <c>ce-type</c> · <c>ce-time</c>, then the payload. In header values spaces, <c>"</c>, <c>%</c> and all that is not printable ASCII are
/// percent-encoded UTF-8 (§3.1.3.2). Single-threaded; keeps its memory.
/// </remarks>
sealed class WebhookRequest
{
    readonly byte[] _start;
    readonly string _source;
    byte[] _bytes = new byte[4096];
    int _length;

    /// <summary>For the requests of one output.</summary>
    public WebhookRequest(WebhookOutputSettings settings, string agentId)
    {
        var isDefault = settings.Port == (settings.Tls is null ? 80 : 443);
        var host = settings.Host.Contains(':') ? $"[{settings.Host}]" : settings.Host;
        var text = new StringBuilder($"POST {settings.Target.Reveal()} HTTP/1.1\r\nHost: {host}{(isDefault ? "" : string.Create(CultureInfo.InvariantCulture, $":{settings.Port}"))}\r\nUser-Agent: edge-agent/{Product.Version}\r\n");
        foreach (var (name, value) in settings.Headers) text.Append(name).Append(": ").Append(value.Reveal()).Append("\r\n");
        text.Append("Content-Type: application/json\r\nContent-Length: ");
        _start = Encoding.ASCII.GetBytes(text.ToString());
        _source = agentId;
    }

    /// <summary>The whole request of the record that <paramref name="reader"/> stands on; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(scoped in RecordReader reader)
    {
        _length = 0;
        Append(_start);
        Append(Encoding.ASCII.GetBytes(reader.Payload.Length.ToString(CultureInfo.InvariantCulture)));
        Append("\r\nce-specversion: 1.0\r\nce-id: "u8);
        AppendEncoded(reader.Id);
        Append("\r\nce-source: "u8);
        AppendEncoded(Encoding.UTF8.GetBytes(_source));
        Append("\r\nce-type: edgeagent."u8);
        Append(Encoding.ASCII.GetBytes(reader.Kind.ToString().ToLowerInvariant()));
        Append("\r\nce-time: "u8);
        Span<byte> time = stackalloc byte[Rfc3339.MaxLength];
        Append(time[..Rfc3339.Format(reader.TimeNs, time)]);
        Append("\r\n\r\n"u8);
        Append(reader.Payload);
        return _bytes.AsSpan(0, _length);
    }

    void AppendEncoded(scoped ReadOnlySpan<byte> utf8)
    {
        Span<byte> coded = stackalloc byte[3];
        coded[0] = (byte)'%';
        foreach (var b in utf8)
        {
            if (b is > (byte)' ' and < 0x7F and not ((byte)'"' or (byte)'%'))
            {
                Append(new ReadOnlySpan<byte>(in b));
                continue;
            }

            (coded[1], coded[2]) = ((byte)"0123456789ABCDEF"[b >> 4], (byte)"0123456789ABCDEF"[b & 15]);
            Append(coded);
        }
    }

    void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
