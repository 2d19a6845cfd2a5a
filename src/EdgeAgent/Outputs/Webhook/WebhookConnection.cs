using System.Globalization;
using EdgeAgent.Network;
using EdgeAgent.Supervision;
using EdgeAgent.Web;

namespace EdgeAgent.Outputs.Webhook;

/// <summary>The connection of a webhook output: <see cref="HttpClient"/> with one connection, kept between requests. One request at a time,
/// one thread.</summary>
/// <remarks>
/// Connecting and TLS are those of every other peer, so that a failure is told in the same words; the handler sees a plain stream. A kept
/// connection may have been closed by the server just now, which shows only when the request was sent: <see cref="WasStale"/>. Time from
/// the start of a request to the headers of its answer is bounded as a whole. A body is drained up to 64 KiB for a second,
/// else the connection goes.
/// </remarks>
sealed class WebhookConnection : IDisposable
{
    static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);
    readonly WebhookOutputSettings _settings;
    readonly Progress _progress;
    readonly LinkBytes _bytes;
    readonly Peer _peer;
    readonly HttpClient _client;
    Stream? _opened;
    volatile bool _dialed;

    /// <summary>Not yet connected; <paramref name="progress"/> passes while an answer is waited for, <paramref name="bytes"/> counts what
    /// is carried.</summary>
    public WebhookConnection(WebhookOutputSettings settings, Progress progress, LinkBytes bytes)
    {
        (_settings, _progress, _bytes) = (settings, progress, bytes);
        _peer = new Peer(settings.Host, settings.Port, settings.Tls is not { } tls ? null
            : new TlsOptions
            {
                CaFile = tls.CaFile,
                CertFile = tls.CertFile,
                KeyFile = tls.KeyFile,
                KeyPassword = tls.KeyPassword?.Reveal(),
                ServerName = tls.ServerName,
                Alpn = tls.Alpn,
            });
        Where = FormattableString.Invariant($"{(settings.Host.Contains(':') ? $"[{settings.Host}]" : settings.Host)}:{settings.Port}");
        _client = OutgoingHttp.Client(cancel =>
        {
            _dialed = true;
            return Interlocked.Exchange(ref _opened, null) is { } opened
                ? ValueTask.FromResult(opened)
                : OpenAsync(settings.Timeout, cancel);
        });
    }

    /// <summary>Host and port, for people.</summary>
    public string Where { get; }

    /// <summary>Makes a connection, which the next request uses; why not, or null.</summary>
    public string? Connect(TimeSpan within, CancellationToken stop)
    {
        try
        {
            var opened = OpenAsync(within > s_least ? within : s_least, stop).AsTask().GetAwaiter().GetResult();
            Interlocked.Exchange(ref _opened, opened)?.Dispose();
            return null;
        }
        catch (ConnectException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return "The agent stops.";
        }
    }

    async ValueTask<Stream> OpenAsync(TimeSpan within, CancellationToken stop) =>
        new CountedStream(await StreamDialer.OpenAsync(_peer, within, stop).ConfigureAwait(false), _bytes);

    /// <summary>Whether the last exchange failed because a connection that was kept from an earlier one had ended: another one,
    /// over a new connection, is due at once.</summary>
    public bool WasStale { get; private set; }

    /// <summary>Sends <paramref name="request"/> and gives the status and headers of its answer, or why there is none.</summary>
    public HttpExchange Exchange(HttpRequestMessage request, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(_settings.Timeout);
        WasStale = _dialed = false;
        try
        {
            var sending = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
            _progress.Wait(sending, Step.Sending);
            using var response = sending.GetAwaiter().GetResult();
            return new(new HttpAnswer((int)response.StatusCode, Text(response, "Retry-After"), Text(response, "Location")), "");
        }
        catch (OperationCanceledException)
        {
            return new(null, stop.IsCancellationRequested ? "The agent stops."
                : string.Create(CultureInfo.InvariantCulture, $"{Where} kept us waiting for an answer longer than `timeout` "
                    + $"({_settings.Timeout.TotalSeconds:0.###} s). Records are kept and sent later."));
        }
        catch (HttpRequestException e)
        {
            WasStale = !_dialed;
            return new(null, Explain(e));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _opened?.Dispose();
    }

    string Explain(HttpRequestException e)
    {
        if (e.InnerException is ConnectException connect) return connect.Message;
        const string Check = "Check that `url` is the address of a web server.";
        return e.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => $"{Where} closed the connection before the end of an answer. {Check}",
            HttpRequestError.InvalidResponse => $"{Where} does not answer in HTTP/1.1. {Check}",
            HttpRequestError.ConfigurationLimitExceeded => $"{Where} sends headers without end (over 16 KiB). {Check}",
            _ => $"The connection to {Where} ended: {(e.InnerException ?? e).Message}",
        };
    }

    // As it came: an answer is not refused for a header that cannot be read.
    static string? Text(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
