using System.Text.Json;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Host;

namespace EdgeAgent.Sources.Wires;

/// <summary>A source on a wire without memory (a serial line, a Modbus bus): one thread that opens it, serves it, and opens it again.</summary>
/// <remarks>
/// A lost wire is logged once and tried again with growing pauses, under whatever number its path then leads to. Nothing on a
/// wire can be asked for again, so there is no progress to store and nothing to acknowledge.
/// </remarks>
sealed class WiredSource(string name, IWireProtocol protocol, SourceFeed feed, LogLimiter log) : ISource
{
    static readonly int[] PausesMs = [100, 500, 1000, 2000, 5000];

    readonly CancellationTokenSource _stopping = new();
    Thread? _thread;
    volatile string _state = "starting";
    volatile string? _lastError;
    int _failures;
    long _connects;
    long _openSinceNs = long.MaxValue;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public SourceFeed Feed => feed;

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> progress)
    {
        // A wire has no memory: there is no progress.
    }

    /// <inheritdoc/>
    public void Start(CancellationToken stop)
    {
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "source " + name };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void StopReading()
    {
        _stopping.Cancel();
        feed.Gate.Stop();
        protocol.Wake();
        _thread?.Join();
    }

    /// <inheritdoc/>
    public bool TryCopyProgress(StateWriter writer) => false;

    /// <inheritdoc/>
    public void OnCommitted()
    {
    }

    /// <inheritdoc/>
    public void OnCommitFailed()
    {
    }

    /// <inheritdoc/>
    public long IdleFloorNs(long nowMonotonicNs) => Math.Min(Volatile.Read(ref _openSinceNs), nowMonotonicNs);

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> series) => protocol.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => protocol.ReportSeen();

    /// <inheritdoc/>
    public void Close() => _state = "stopped";

    /// <inheritdoc/>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", protocol.Type);
        json.WriteString("state", _state);
        json.WriteString(protocol.WireKey, protocol.Wire);
        json.WriteNumber("connections", Volatile.Read(ref _connects));
        json.WriteNumber("readings", feed.Readings);
        protocol.WriteStatus(json);
        json.WriteString("last_error", _lastError);
        json.WriteEndObject();
    }

    void Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                protocol.Serve(Opened, _stopping.Token);
            }
            catch (WireException e)
            {
                if (_stopping.IsCancellationRequested) return;
                if (_failures == 0) log.Log.Warning("source {Source}: {Error:l} Trying again until it works", name, e.Message);
                _lastError = e.Message;
                _failures++;
            }

            Volatile.Write(ref _openSinceNs, long.MaxValue);
            if (_stopping.IsCancellationRequested) return;
            _state = "waiting";
            _stopping.Token.WaitHandle.WaitOne(PausesMs[Math.Clamp(_failures, 1, PausesMs.Length) - 1]);
        }
    }

    void Opened()
    {
        Volatile.Write(ref _connects, _connects + 1);
        _state = protocol.Doing;
        Volatile.Write(ref _openSinceNs, SystemClock.MonotonicNs);
        if (_failures > 0) log.Log.Information("source {Source}: {Wire} is back", name, protocol.Wire);
        _failures = 0;
    }
}
