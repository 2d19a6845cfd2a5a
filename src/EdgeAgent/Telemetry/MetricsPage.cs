using EdgeAgent.Web;

namespace EdgeAgent.Telemetry;

/// <summary>The answer to <c>/metrics</c>. Any thread.</summary>
/// <remarks>Metrics are read at most ten times a second, however often they are asked for.</remarks>
sealed class MetricsPage(Func<MetricSet> read)
{
    const int FreshMs = 100;
    readonly Lock _lock = new();
    readonly byte[]?[] _written = new byte[]?[4];
    MetricSet? _set;
    long _readAtMs;

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
            var now = Environment.TickCount64;
            if (_set is null || now - _readAtMs >= FreshMs)
            {
                (_set, _readAtMs) = (read(), now);
                Array.Clear(_written);
            }

            ref var body = ref _written[(isOpen ? 1 : 0) + (isPacked ? 2 : 0)];
            if (body is not null) return body;
            body = PrometheusText.Write(_set, isOpen);
            return isPacked ? body = Gzip.Pack(body) : body;
        }
    }
}
