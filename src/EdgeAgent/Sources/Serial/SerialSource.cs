using System.Text.Json;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Host;
using EdgeAgent.Native.Serial;

namespace EdgeAgent.Sources.Serial;

/// <summary>A serial line as a source: one thread that reads, frames and decodes.</summary>
/// <remarks>
/// A blocked gate stops reading; the driver's buffer then fills and what it cannot hold is lost and counted as overrun, as
/// nothing on a line can be asked for again. A lost port is logged once and opened again, under whatever number its path then
/// leads to.
/// </remarks>
sealed class SerialSource : ISource
{
    const int BufferBytes = 16 * 1024;
    static readonly int[] PausesMs = [100, 500, 1000, 2000, 5000];

    readonly SerialSourceSettings _settings;
    readonly LineIntake _intake;
    readonly IClock _clock;
    readonly LogLimiter _log;
    readonly byte[] _buffer = new byte[BufferBytes];
    readonly long _silenceNs;
    Thread? _thread;
    volatile SerialPort? _port;
    volatile bool _reading = true;
    volatile string _state = "starting";
    volatile string? _lastError;
    SerialErrors _errors;
    bool _hasErrors;
    long _connects;
    long _bytes;
    long _openSinceNs = long.MaxValue;

    /// <summary>A source for checked settings.</summary>
    public SerialSource(SerialSourceSettings settings, SourceFeed feed, SeriesTable series, IClock clock, LogLimiter log)
    {
        (_settings, Feed, _clock, _log) = (settings, feed, clock, log);
        _intake = new LineIntake(settings, series);
        _silenceNs = settings.Line.InterByteTimeout is { } silence ? silence.Ticks * 100 : -1;
    }

    /// <inheritdoc/>
    public string Name => _settings.Name;

    /// <inheritdoc/>
    public SourceFeed Feed { get; }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> progress)
    {
        // A line has no memory: there is no progress.
    }

    /// <inheritdoc/>
    public void Start(CancellationToken stop)
    {
        _thread = new Thread(() => Run(stop), 256 * 1024) { IsBackground = true, Name = "source " + Name };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void StopReading()
    {
        _reading = false;
        Feed.Gate.Stop();
        _port?.Wake.Set();
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
    public void Forget(ReadOnlySpan<int> series) => _intake.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => _intake.ReportSeen();

    /// <inheritdoc/>
    public void Close() => _state = "stopped";

    /// <inheritdoc/>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("type", "serial");
        json.WriteString("state", _state);
        json.WriteString("port", _settings.Line.Path);
        json.WriteNumber("connections", Volatile.Read(ref _connects));
        json.WriteNumber("bytes", Volatile.Read(ref _bytes));
        json.WriteNumber("frames", _intake.Frames);
        json.WriteNumber("readings", Feed.Readings);
        json.WriteNumber("skipped_bytes", _intake.SkippedBytes);
        json.WriteNumber("bad_checks", _intake.BadChecks);
        json.WriteNumber("malformed", _intake.CountOf(LineStatus.Malformed) + _intake.CountOf(LineStatus.Truncated));
        json.WriteNumber("not_valid", _intake.CountOf(LineStatus.NotValid));
        json.WriteNumber("ignored", _intake.CountOf(LineStatus.Ignored));
        if (Volatile.Read(ref _hasErrors))
        {
            json.WriteNumber("framing_errors", _errors.Framing);
            json.WriteNumber("parity_errors", _errors.Parity);
            json.WriteNumber("overruns", _errors.Overrun);
        }

        json.WriteString("last_error", _lastError);
        json.WriteEndObject();
    }

    void Run(CancellationToken stop)
    {
        for (var failures = 0; _reading;)
        {
            try
            {
                using var port = SerialPort.Open(_settings.Line);
                _port = port;
                _connects++;
                _state = "reading";
                Volatile.Write(ref _openSinceNs, SystemClock.MonotonicNs);
                if (failures > 0) _log.Log.Information("source {Source}: {Port} is back", Name, _settings.Line.Path);
                failures = 0;
                Serve(port);
            }
            catch (SerialException e)
            {
                if (failures == 0) _log.Log.Warning("source {Source}: {Error:l} Trying again until it works", Name, e.Message);
                _lastError = e.Message;
                failures++;
            }

            _port = null;
            Volatile.Write(ref _openSinceNs, long.MaxValue);
            if (!_reading) return;
            _state = "waiting";
            stop.WaitHandle.WaitOne(PausesMs[Math.Min(failures, PausesMs.Length) - 1]);
        }
    }

    void Serve(SerialPort port)
    {
        var baseErrors = port.TryErrors();
        var nextLookNs = 0L;
        var kept = 0;
        while (_reading)
        {
            var n = port.Read(_buffer.AsSpan(kept), kept > 0 ? _silenceNs : -1);
            if (n < 0) continue;
            if (!Feed.TryEnter()) return;
            try
            {
                Volatile.Write(ref _bytes, _bytes + n);
                kept += n;
                var done = _intake.Take(_buffer.AsSpan(0, kept), silent: n == 0, Feed);
                _buffer.AsSpan(done, kept - done).CopyTo(_buffer);
                kept -= done;
            }
            finally
            {
                Feed.Exit();
            }

            if (baseErrors is { } first && SystemClock.MonotonicNs is var now && now >= nextLookNs)
            {
                nextLookNs = now + 1_000_000_000;
                Look(port, first);
            }
        }
    }

    void Look(SerialPort port, SerialErrors first)
    {
        if (port.TryErrors() is not { } now) return;
        _errors = new(now.Framing - first.Framing, now.Parity - first.Parity, now.Overrun - first.Overrun, now.Breaks - first.Breaks);
        Volatile.Write(ref _hasErrors, true);
        if (_errors.Framing + _errors.Parity > 0)
            _log.Warn($"serial {Name} errors", $"source {Name}: the driver counts {_errors.Framing} framing and {_errors.Parity} parity errors. Check baud, parity and stop bits, and the cable.");
    }
}
