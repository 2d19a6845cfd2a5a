using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace EdgeAgent.Logs;

/// <summary>Makes the process's logger: readable lines on a terminal and in the journal, JSON lines otherwise,
/// always on standard error.</summary>
/// <remarks>Standard output belongs to what the user asked for: records of a console output, replayed records, status.</remarks>
static class Log
{
    const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    // The journal has its own time and level of each line.
    const string JournalLine = "{Message:lj}{NewLine}{Exception}";

    /// <summary>A logger for this process; dispose it last.</summary>
    /// <param name="format">How lines look.</param>
    /// <param name="verbose">Whether details of connections and commits are logged too.</param>
    /// <param name="to">Where lines go; null for standard error.</param>
    /// <param name="isJournal">Whether that is systemd's journal; null to find out.</param>
    /// <param name="also">Another one that hears of each event; null for none.</param>
    public static Logger Create(LogFormat format, bool verbose, Stream? to = null, bool? isJournal = null, ILogEventSink? also = null)
    {
        var journal = isJournal ?? (to is null && JournalFormat.IsStandardError());
        var text = format == LogFormat.Text || (format == LogFormat.Auto && (journal || !Console.IsErrorRedirected));
        ITextFormatter lines = text ? new MessageTemplateTextFormatter(journal ? JournalLine : Line) : new JsonLogLine();
        var logger = new LoggerConfiguration().MinimumLevel.Is(verbose ? LogEventLevel.Debug : LogEventLevel.Information)
            .WriteTo.Sink(new LogWriter(to ?? Console.OpenStandardError(), journal ? new JournalFormat(lines) : lines));
        return (also is null ? logger : logger.WriteTo.Sink(also)).CreateLogger();
    }
}
