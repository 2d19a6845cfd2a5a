using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Web;

namespace EdgeAgent.Telemetry;

/// <summary>The answer to <c>/metrics</c>. Any thread.</summary>
/// <remarks>Metrics are read at most ten times a second, however often they are asked for.</remarks>
/// <param name="read">Reads them.</param>
/// <param name="clock">Says how old they are.</param>
sealed class MetricsPage(Func<MetricSet> read, IClock clock)
{
    static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(100);
    readonly Lock _lock = new();
    readonly byte[]?[] _written = new byte[]?[4];
    MetricSet? _set;
    MonotonicTime _readAt;

    /// <summary>The metrics in the form the request prefers.</summary>
    public HttpReply Answer(HttpRequest request)
    {
        var isOpen = PrometheusText.WantsOpenMetrics(request.Accept);
        return new HttpReply(200, isOpen ? PrometheusText.OpenMetricsType : PrometheusText.TextType, Body(isOpen, request.TakesGzip))
        {
            Headers = "Vary: Accept, Accept-Encoding\r\n" + (request.TakesGzip ? "Content-Encoding: gzip\r\n" : ""),
        };
    }

    byte[] Body(bool isOpen, bool isPacked)
    {
        lock (_lock)
        {
            var now = clock.Monotonic;
            if (_set is null || now - _readAt >= s_fresh)
            {
                (_set, _readAt) = (read(), now);
                Array.Clear(_written);
            }

            ref var body = ref _written[(isOpen ? 1 : 0) + (isPacked ? 2 : 0)];
            if (body is not null) return body;
            body = PrometheusText.Write(_set, isOpen);
            return isPacked ? body = Gzip.Pack(body) : body;
        }
    }
}
