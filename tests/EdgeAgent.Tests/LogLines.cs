using EdgeAgent.Clocks;
using EdgeAgent.Logs;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace EdgeAgent.Tests;

/// <summary>A log whose lines a test can read.</summary>
sealed class LogLines : ILogEventSink
{
    readonly List<string> _lines = [];

    public LogLines(IClock? clock = null) =>
        Limiter = new LogLimiter(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(this).CreateLogger(),
            clock ?? new FakeClock());

    public LogLimiter Limiter { get; }

    public IReadOnlyList<string> All
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_lines) _lines.Add($"{logEvent.Level}: {logEvent.RenderMessage()}");
    }
}
