using System.Net;
using System.Net.Sockets;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Settings;
using EdgeAgent.Logs;
using EdgeAgent.Page;
using EdgeAgent.Status;
using EdgeAgent.Telemetry;
using EdgeAgent.Web;

namespace EdgeAgent.Host;

/// <summary>What looks at a running agent from outside, besides the status socket: metrics and status page. The data path knows none of it.
/// </summary>
sealed class Observers : IDisposable
{
    /// <summary>Name of the metrics socket inside a data directory.</summary>
    public const string SocketName = "metrics.sock";

    readonly Func<GatewayStatus> _status;
    readonly Tap _tap;
    readonly PageFacts _facts;
    readonly IClock _clock;
    readonly LogLimiter _log;
    readonly List<HttpServer> _servers = [];
    OtlpPush? _push;
    PageFeed? _page;

    /// <summary>Makes what <paramref name="settings"/> asks for; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="status">A look at the agent.</param>
    /// <param name="tap">Shows readings as they pass.</param>
    /// <param name="facts">What the page says of the configuration.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">The log.</param>
    public Observers(GatewaySettings settings, Func<GatewayStatus> status, Tap tap, PageFacts facts, IClock clock, LogLimiter log)
    {
        (_status, _tap, _facts, _clock, _log) = (status, tap, facts, clock, log);
        Make(settings);
    }

    /// <summary>Ends what there is and starts what other <paramref name="settings"/> ask for.</summary>
    public void Renew(GatewaySettings settings)
    {
        Dispose();
        Make(settings);
        Start();
    }

    void Make(GatewaySettings settings)
    {
        MetricSet Read() => MetricReader.Read(_status(), _servers, _push?.Counts);
        var metrics = new Dictionary<string, Func<HttpRequest, HttpReply>> { ["/metrics"] = new MetricsPage(Read, _clock).Answer };
        var socket = Path.Combine(settings.Agent.DataDir, SocketName);
        if (Address(socket, _log) is { } address)
            _servers.Add(new HttpServer(new HttpEndpoint("metrics", "metrics socket", address), metrics, _log));
        if (settings.Telemetry.Prometheus is { } prometheus)
            _servers.Add(new HttpServer(Endpoint("prometheus", "metrics address", prometheus), metrics, _log));
        if (settings.StatusPage is { } page)
        {
            _page = new PageFeed(_status, _tap, _facts);
            var routes = new Dictionary<string, Func<HttpRequest, HttpReply>> { ["/"] = new PageFile().Answer, ["/events"] = _page.Answer };
            _servers.Add(new HttpServer(Endpoint("page", "status page", page), routes, _log));
        }

        if (settings.Telemetry.Otlp is { } otlp) _push = new OtlpPush(otlp, settings.Agent.Id, Read, _log);
    }

    /// <summary>Starts answering; what cannot be had is a line in the log.</summary>
    public void Start()
    {
        foreach (var server in _servers) server.TryStart();
        _push?.Start();
        _page?.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _push?.Dispose();
        _page?.Dispose();
        foreach (var server in _servers) server.Dispose();
        _servers.Clear();
        (_push, _page) = (null, null);
    }

    static UnixDomainSocketEndPoint? Address(string path, LogLimiter log)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            log.Warn("metrics socket", $"There is no metrics socket: {path} is too long for one. Use a shorter agent.data_dir.");
            return null;
        }
    }

    static HttpEndpoint Endpoint(string name, string what, ListenSettings settings) =>
        new(name, what, new IPEndPoint(IPAddress.Parse(settings.Host), settings.Port))
        {
            Hosts = settings.Hosts,
            Password = settings.PasswordHash is { } hash ? new PasswordGate(PasswordHash.Parse(hash.Reveal())) : null,
            Tls = settings.Tls is { } tls ? new ServerTls(tls.CertFile, tls.KeyFile, tls.ClientCaFile) : null,
        };
}
