using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace EdgeAgent.Host;

/// <summary>Makes the process's logger: readable lines on a terminal, JSON lines otherwise, always on standard error.</summary>
/// <remarks>Standard output belongs to what the user asked for: records of a console output, replayed records, status.</remarks>
static class Log
{
    const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>A logger for this process; dispose it last.</summary>
    /// <param name="format">How lines look.</param>
    /// <param name="verbose">Whether details of connections and commits are logged too.</param>
    /// <param name="to">Where lines go; null for standard error.</param>
    public static Logger Create(LogFormat format, bool verbose, Stream? to = null)
    {
        var text = format == LogFormat.Text || (format == LogFormat.Auto && !Console.IsErrorRedirected);
        var configuration = new LoggerConfiguration().MinimumLevel.Is(verbose ? LogEventLevel.Debug : LogEventLevel.Information);
        if (to is not null) return configuration.WriteTo.Sink(new Direct(to, text ? new Serilog.Formatting.Display.MessageTemplateTextFormatter(Line) : new JsonLogLine())).CreateLogger();
        configuration = text
            ? configuration.WriteTo.Console(outputTemplate: Line, standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.WriteTo.Console(new JsonLogLine(), standardErrorFromLevel: LogEventLevel.Verbose);
        return configuration.CreateLogger();
    }

    sealed class Direct(Stream to, Serilog.Formatting.ITextFormatter format) : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            var text = new StringWriter();
            format.Format(logEvent, text);
            lock (to) to.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString()));
        }
    }
}
