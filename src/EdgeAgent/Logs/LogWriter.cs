using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace EdgeAgent.Logs;

/// <summary>Writes log events to a stream whose reader may stall, without holding up who logs: at most <see cref="MostWaiting"/> wait,
/// more are dropped and counted.</summary>
/// <remarks>
/// <see cref="Emit"/> is for any thread, also one that holds a gate: it only puts the event into a queue, under a lock that is never held
/// while writing. A thread of its own formats and writes. A line in their place says how many were dropped.
/// </remarks>
sealed class LogWriter : ILogEventSink, IDisposable
{
    /// <summary>Events that wait for a stream that takes nothing.</summary>
    public const int MostWaiting = 1000;

    static readonly TimeSpan s_lastLinesWithin = TimeSpan.FromSeconds(2);
    static readonly MessageTemplate s_dropped =
        new MessageTemplateParser().Parse("{Dropped} lines of this log were dropped: what reads standard error had stopped");
    static long s_droppedInAll;
    readonly Queue<LogEvent> _waiting = new();
    readonly StreamWriter _to;
    readonly ITextFormatter _format;
    readonly Thread _thread;
    long _dropped;
    bool _ending;

    /// <summary>A writer to <paramref name="to"/>, which it closes.</summary>
    public LogWriter(Stream to, ITextFormatter format)
    {
        (_to, _format) = (new StreamWriter(to, bufferSize: 4096), format);
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Lines dropped since the process started.</summary>
    public static long DroppedInAll => Interlocked.Read(ref s_droppedInAll);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_waiting)
        {
            // Once full, half of it has to leave first: else every other line would say that one was dropped.
            if (_waiting.Count >= (_dropped > 0 ? MostWaiting / 2 : MostWaiting))
            {
                _dropped++;
                Interlocked.Increment(ref s_droppedInAll);
                return;
            }

            if (_dropped > 0) _waiting.Enqueue(TakeDropped());
            _waiting.Enqueue(logEvent);
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>Gives the last lines 2 s to be written; a reader that has stalled is not waited for longer.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _ending = true;
            Monitor.PulseAll(_waiting);
        }

        _thread.Join(s_lastLinesWithin);
    }

    void Run()
    {
        try
        {
            while (Take() is { } next)
            {
                _format.Format(next, _to);
                if (IsIdle) _to.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Nobody reads standard error any more (EPIPE), or its file cannot be written: the agent goes on,
            // what it says is counted as dropped.
        }
    }

    bool IsIdle
    {
        get { lock (_waiting) return _waiting.Count == 0; }
    }

    /// <summary>Waits for the next event; null at the end.</summary>
    LogEvent? Take()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && _dropped == 0 && !_ending) Monitor.Wait(_waiting);
            return _waiting.TryDequeue(out var next) ? next : _dropped > 0 ? TakeDropped() : null;
        }
    }

    /// <summary>The line that stands in the place of those dropped.</summary>
    LogEvent TakeDropped()
    {
        var line = new LogEvent(DateTimeOffset.Now, LogEventLevel.Warning, null, s_dropped,
            [new LogEventProperty("Dropped", new ScalarValue(_dropped))]);
        _dropped = 0;
        return line;
    }
}
