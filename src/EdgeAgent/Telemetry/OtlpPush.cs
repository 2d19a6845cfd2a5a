using System.Net;
using System.Net.Http.Headers;
using EdgeAgent.Core.Settings;
using EdgeAgent.Libraries;
using EdgeAgent.Logs;
using EdgeAgent.Network;
using EdgeAgent.Web;

namespace EdgeAgent.Telemetry;

/// <summary>Sends metrics to a collector by OTLP over HTTP, on a thread of its own.</summary>
/// <remarks>
/// 429, 502, 503, 504 and errors of the connection are tried again after a wait that doubles up to the interval, not before the server's
/// <c>Retry-After</c>; each try sends the newest metrics, and nothing is kept: counts only rise. Other answers wait for the next push.
/// </remarks>
sealed class OtlpPush : IDisposable
{
    const int MostBodyBytes = 16 << 10;
    const string Subject = "otlp";
    static readonly TimeSpan s_retryFirst = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_retryLongest = TimeSpan.FromMinutes(1);
    readonly OtlpSettings _settings;
    readonly string _agentId, _where;
    readonly Func<MetricSet> _read;
    readonly LogLimiter _log;
    readonly Uri _uri;
    readonly HttpClient _client;
    readonly Backoff _backoff;
    readonly CancellationTokenSource _stop = new();
    bool _failing;

    /// <summary>A push that has not begun.</summary>
    public OtlpPush(OtlpSettings settings, string agentId, Func<MetricSet> read, LogLimiter log)
    {
        (_settings, _agentId, _read, _log) = (settings, agentId, read, log);
        var host = settings.Host.Contains(':') ? $"[{settings.Host}]" : settings.Host;
        _where = FormattableString.Invariant($"{host}:{settings.Port}");
        // Of TLS the connection takes care; to the handler every stream is plain.
        _uri = new Uri($"http://{_where}{settings.Target.Reveal()}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var peer = new Peer(settings.Host, settings.Port, settings.Tls is not { } tls ? null
            : new TlsOptions
            {
                CaFile = tls.CaFile,
                CertFile = tls.CertFile,
                KeyFile = tls.KeyFile,
                KeyPassword = tls.KeyPassword?.Reveal(),
                ServerName = tls.ServerName,
                Alpn = tls.Alpn,
            });
        _client = OutgoingHttp.Client(cancel => StreamDialer.OpenAsync(peer, settings.Timeout, cancel));
        _backoff = new Backoff(s_retryFirst, settings.Interval < s_retryLongest ? settings.Interval : s_retryLongest, Random.Shared);
    }

    /// <summary>What became of pushes.</summary>
    public OtlpCounts Counts { get; } = new();

    /// <summary>Starts its thread. The first push comes after a part of the interval, or gateways started together would push together.
    /// </summary>
    public void Start() => new Thread(Run, 256 * 1024) { IsBackground = true, Name = "otlp" }.Start();

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    /// <summary>Sends the metrics as they are now.</summary>
    /// <returns>How long to wait for the next time.</returns>
    public TimeSpan Push()
    {
        var answer = Send();
        if (_stop.IsCancellationRequested) return TimeSpan.Zero;
        if (answer.IsTaken) Counts.Done++;
        else Counts.Failed++;
        if (answer.Failure is { } failure)
        {
            _log.WarnReason(Subject, failure);
            _failing |= !answer.IsTaken;
        }
        else if (_failing)
        {
            _failing = false;
            _log.Clear(Subject);
            _log.Log.Information("Metrics go to the collector {Where:l} again", _where);
        }

        if (!answer.Retries)
        {
            _backoff.Reset();
            return answer.Wait > _settings.Interval ? answer.Wait : _settings.Interval;
        }

        var wait = _backoff.Next();
        return answer.Wait > wait ? answer.Wait : wait;
    }

    void Run()
    {
        var wait = _settings.Interval * Random.Shared.NextDouble();
        while (!_stop.Token.WaitHandle.WaitOne(wait)) wait = Push();
        _client.Dispose();
    }

    OtlpAnswer Send()
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        late.CancelAfter(_settings.Timeout);
        try
        {
            var set = _read();
            using var request = Request(set);
            using var response = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token).GetAwaiter().GetResult();
            var retryAfter = response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;
            return OtlpAnswer.Of(_where, (int)response.StatusCode, retryAfter, Front(response, late.Token), set.At.Utc);
        }
        catch (OperationCanceledException)
        {
            return Unreached($"The collector {_where} does not answer within `telemetry.otlp.timeout`.");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return Unreached(error.InnerException is ConnectException connect ? connect.Message
                : $"The connection to the collector {_where} ended: {(error.InnerException ?? error).Message}");
        }
    }

    static OtlpAnswer Unreached(string sentence) => new($"Metrics are not sent. {sentence}", false, true, TimeSpan.Zero);

    HttpRequestMessage Request(MetricSet set)
    {
        var content = new ByteArrayContent(Gzip.Pack(OtlpJson.Write(set, _agentId)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        var request = new HttpRequestMessage(HttpMethod.Post, _uri)
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
        };
        request.Headers.Host = _settings.Port == (_settings.Tls is null ? 80 : 443) ? _where[.._where.LastIndexOf(':')] : _where;
        request.Headers.TryAddWithoutValidation("User-Agent", $"edge-agent/{Product.Version}");
        foreach (var (name, value) in _settings.Headers) request.Headers.TryAddWithoutValidation(name, value.Reveal());
        return request;
    }

    static ReadOnlyMemory<byte> Front(HttpResponseMessage response, CancellationToken late)
    {
        using var body = response.Content.ReadAsStreamAsync(late).GetAwaiter().GetResult();
        var bytes = new byte[MostBodyBytes];
        var length = 0;
        while (length < bytes.Length && body.ReadAsync(bytes.AsMemory(length), late).AsTask().GetAwaiter().GetResult() is > 0 and var count)
            length += count;
        return bytes.AsMemory(0, length);
    }
}
