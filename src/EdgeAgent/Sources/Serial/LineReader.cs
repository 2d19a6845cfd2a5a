using System.Text.Json;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Wires;
using EdgeAgent.Status;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources.Serial;

/// <summary>A serial line that is read, framed and decoded.</summary>
/// <remarks>
/// A blocked gate stops reading; the driver's buffer then fills and what it cannot hold is lost and counted as overrun, as
/// nothing on a line can be asked for again.
/// </remarks>
sealed class LineReader : IWireProtocol
{
    const int BufferBytes = 16 * 1024;
    const long LongestWaitNs = Progress.LongestWaitMs * 1_000_000L;

    readonly SerialSourceSettings _settings;
    readonly SourceFeed _feed;
    readonly LineIntake _intake;
    readonly LineErrors _errors;
    readonly byte[] _buffer = new byte[BufferBytes];
    readonly long _silenceNs;
    readonly CommandInbox? _inbox;
    readonly LineCommands? _commands;
    volatile SerialPort? _port;
    long _bytes;

    /// <summary>A reader for checked settings; <paramref name="inbox"/> brings commands, if they are configured.</summary>
    public LineReader(SerialSourceSettings settings, SourceFeed feed, SeriesTable series, LogLimiter log, CommandInbox? inbox = null)
    {
        _inbox = inbox;
        if (inbox is not null) _commands = new LineCommands(inbox, settings.Commands!.Rules);
        (_settings, _feed, _errors) = (settings, feed, new LineErrors(settings.Name, log));
        _intake = new LineIntake(settings, series);
        _silenceNs = settings.Line.InterByteTimeout is { } silence ? silence.Ticks * 100 : -1;
    }

    /// <inheritdoc/>
    public string Type => "serial";

    /// <inheritdoc/>
    public SourceState Doing { get; } = new("reading", IsConnected: true);

    /// <inheritdoc/>
    public string WireKey => "port";

    /// <inheritdoc/>
    public string Wire => _settings.Line.Path;

    /// <inheritdoc/>
    public void Serve(Action opened, Action heard, CancellationToken stopping)
    {
        try
        {
            using var port = SerialPort.Open(_settings.Line);
            _port = port;
            opened();
            if (!stopping.IsCancellationRequested) _inbox?.Open();
            Read(port, heard, stopping);
            _commands?.Close("the agent is stopping");
        }
        catch (SerialException e)
        {
            _commands?.Close(e.Message);
            throw new WireException(e.Message, e);
        }
        finally
        {
            _port = null;
        }
    }

    /// <inheritdoc/>
    public void Wake() => _port?.Wake.Set();

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> series) => _intake.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => _intake.ReportSeen();

    /// <inheritdoc/>
    public StatusFields Status()
    {
        var fields = new StatusFields
        {
            { "bytes", Volatile.Read(ref _bytes) },
            { "frames", _intake.Frames },
            { "skipped_bytes", _intake.SkippedBytes },
            { "bad_checks", _intake.BadChecks },
            { "malformed", _intake.Malformed },
            { "not_valid", _intake.NotValid },
            { "ignored", _intake.Ignored },
            { "times_replaced", _intake.TimesReplaced },
        };
        _errors.AddTo(fields);
        return fields;
    }

    void Read(SerialPort port, Action heard, CancellationToken stopping)
    {
        _errors.Opened(port.TryErrors(), _feed.Clock.Monotonic);
        var kept = 0;
        var isHeard = false;
        while (!stopping.IsCancellationRequested)
        {
            var n = Wait(port, kept);
            _commands?.Send(port);
            if (n < 0) continue;
            if (n > 0 && !isHeard)
            {
                isHeard = true;
                heard();
            }

            if (!_feed.TryEnter()) return;
            try
            {
                Volatile.Write(ref _bytes, _bytes + n);
                kept += n;
                var done = _intake.Take(_buffer.AsSpan(0, kept), silent: n == 0, _feed);
                _buffer.AsSpan(done, kept - done).CopyTo(_buffer);
                kept -= done;
            }
            finally
            {
                _feed.Exit();
            }

            if (_feed.Clock.Monotonic is var now && _errors.IsDue(now)) _errors.Look(port.TryErrors(), now);
        }
    }

    /// <summary>Waits for bytes behind <paramref name="kept"/>: their number, 0 for a silence that ends a frame, -1 when woken.</summary>
    int Wait(SerialPort port, int kept)
    {
        var silenceNs = kept > 0 ? _silenceNs : -1;
        while (true)
        {
            _feed.Progress.At(Step.Reading);
            var waitNs = silenceNs < 0 ? LongestWaitNs : Math.Min(silenceNs, LongestWaitNs);
            var n = port.Read(_buffer.AsSpan(kept), waitNs);
            if (n != 0 || waitNs == silenceNs) return n;
            if (silenceNs > 0) silenceNs -= waitNs;
        }
    }
}
