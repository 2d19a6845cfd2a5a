using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace EdgeAgent.Logs;

/// <summary>The last lines of the log, kept in memory for whoever asks from afar. Any thread.</summary>
/// <remarks>Keeps events as they are and writes them out only when asked.</remarks>
sealed class LogTail : ILogEventSink
{
    /// <summary>Most lines kept.</summary>
    public const int Most = 100;

    readonly Queue<LogEvent> _events = new();
    readonly MessageTemplateTextFormatter _message = new("{Message:lj}");

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_events)
        {
            if (_events.Count == Most) _events.Dequeue();
            _events.Enqueue(logEvent);
        }
    }

    /// <summary>The last lines, the oldest first: time, level, and of the message what <paramref name="shown"/> makes of it.</summary>
    public IReadOnlyList<string> Last(int count, Func<string, string> shown)
    {
        LogEvent[] events;
        lock (_events) events = [.. _events.TakeLast(count)];
        return [.. events.Select(one =>
        {
            using var text = new StringWriter();
            _message.Format(one, text);
            return $"{one.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {WordOf(one.Level)} {shown(text.ToString())}";
        })];
    }

    static string WordOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "FTL",
        LogEventLevel.Error => "ERR",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Information => "INF",
        _ => "DBG",
    };
}
