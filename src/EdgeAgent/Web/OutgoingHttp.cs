using System.Net;

namespace EdgeAgent.Web;

/// <summary>What all our requests to servers have in common: one connection, and nothing that was not asked for.</summary>
static class OutgoingHttp
{
    /// <summary>A client over connections that <paramref name="connect"/> opens, TLS included.</summary>
    /// <remarks>No redirects, cookies, proxy, decompression or tracing headers; a head of at most 16 KiB; of a body that nobody reads
    /// 64 KiB and a second. Time is bounded by the caller.</remarks>
    public static HttpClient Client(Func<CancellationToken, ValueTask<Stream>> connect) => new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (_, cancel) => connect(cancel),
        MaxConnectionsPerServer = 1,
        MaxResponseDrainSize = 64 << 10,
        MaxResponseHeadersLength = 16,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        UseCookies = false,
        UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
