using System.Diagnostics;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Good sensors beside a fault: they publish at QoS 1 at a steady rate until told to stop,
/// and know what the broker took.</summary>
/// <remarks>Topics are <c>s/good/dN/m</c>, payloads <c>{"ts":…,"v":…}</c>; each value is there once. Event times lie in one window of ten
/// minutes, from <see cref="StartMs"/> on.</remarks>
sealed class SteadySensors : IDisposable
{
    /// <summary>Length of the window [ms].</summary>
    public const long WindowMs = 600_000;
    const long UsedMs = 500_000;
    const int Burst = 20;
    readonly byte[][] _topics;
    readonly Flood _flood;
    readonly Background _load;
    readonly (long Count, long Sum)[] _sums;
    volatile bool _isOver;
    int _next;

    /// <summary>Starts them.</summary>
    /// <param name="port">The broker's.</param>
    /// <param name="ratePerSecond">Messages a second of all together.</param>
    /// <param name="devices">How many.</param>
    /// <param name="firstValue">Of the first message; the others follow it.</param>
    /// <param name="startMs">Begin of the window; null for the last whole one.</param>
    public SteadySensors(int port, int ratePerSecond, int devices = 20, int firstValue = 0, long? startMs = null)
    {
        StartMs = startMs ?? LastWholeWindowMs();
        _next = firstValue;
        _topics = [.. Enumerable.Range(0, devices).Select(d => Encoding.ASCII.GetBytes($"s/good/d{d}/m"))];
        _sums = new (long, long)[devices];
        _flood = new Flood(port, 1, 10_000);
        _load = new Background(() =>
        {
            var watch = Stopwatch.StartNew();
            for (var sent = 0L; !_isOver;)
            {
                for (var i = 0; i < Burst; i++, sent++) Publish(_next % _topics.Length, StartMs + _next % UsedMs);
                _flood.Send();
                var early = sent * 1000 / ratePerSecond - watch.ElapsedMilliseconds;
                if (early > 0) Thread.Sleep((int)early);
            }

            _flood.Flush();
        });
    }

    /// <summary>Begin of the window that holds their event times [ms since the Unix epoch].</summary>
    public long StartMs { get; }

    /// <summary>The value the next message has: with the first value 0, how many were sent.</summary>
    public int Next => Volatile.Read(ref _next);

    /// <summary>The begin of the last window that is over [ms since the Unix epoch].</summary>
    public static long LastWholeWindowMs() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / WindowMs * WindowMs - WindowMs;

    /// <summary>Ends them; the broker has taken everything then. With <paramref name="closes"/> each device sends a last reading, of
    /// the next window, which closes the one before.</summary>
    public SeriesSums Stop(bool closes)
    {
        _isOver = true;
        _load.Join(300);
        var truth = new SeriesSums();
        for (var d = 0; d < _topics.Length; d++) truth.Add($"d{d}", _sums[d].Count, _sums[d].Sum);
        if (closes)
            for (var d = 0; d < _topics.Length; d++) Publish(d, StartMs + WindowMs);
        _flood.Flush();
        return truth;
    }

    /// <summary>Whether a line of a summary is of their window.</summary>
    public bool IsMine(string line) => line.Contains("\"site\":\"good\"", StringComparison.Ordinal)
        && line.Contains($"\"window_start\":\"{DateTimeOffset.FromUnixTimeMilliseconds(StartMs):yyyy-MM-dd'T'HH:mm:ss}",
            StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        _flood.Dispose();
    }

    void Publish(int device, long timeMs)
    {
        Span<byte> payload = stackalloc byte[64];
        Encoding.ASCII.TryGetBytes($"{{\"ts\":{timeMs},\"v\":{_next}}}", payload, out var length);
        _flood.Publish(_topics[device], payload[..length]);
        _sums[device] = (_sums[device].Count + 1, _sums[device].Sum + _next);
        Volatile.Write(ref _next, _next + 1);
    }
}
