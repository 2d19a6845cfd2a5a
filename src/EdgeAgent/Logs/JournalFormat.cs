using Serilog.Events;
using Serilog.Formatting;

namespace EdgeAgent.Logs;

/// <summary>Puts the priority of systemd's journal before each line of an event, such as <c>&lt;4&gt;</c> for a warning.</summary>
/// <remarks>Source: sd-daemon(3), "SD_WARNING" and so on; systemd.exec(5),
/// <c>SyslogLevelPrefix=</c> (on unless switched off) and <c>$JOURNAL_STREAM</c>.</remarks>
sealed class JournalFormat(ITextFormatter inner) : ITextFormatter
{
    /// <summary>Whether this process's standard error is the stream that systemd connected to the journal.</summary>
    public static bool IsStandardError() => IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), Target("/proc/self/fd/2"));

    /// <summary>Whether <paramref name="stream"/> (<c>device:inode</c>) names what a descriptor's link <paramref name="target"/>
    /// (<c>socket:[inode]</c>) leads to.</summary>
    /// <remarks>Sockets have one device, so their inodes tell them apart.</remarks>
    public static bool IsJournal(string? stream, string? target) =>
        stream is not null && target is ['s', 'o', 'c', 'k', 'e', 't', ':', '[', .. var inode, ']']
            && inode.Length > 0 && inode.All(char.IsAsciiDigit) && stream.EndsWith(":" + inode, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        inner.Format(logEvent, text);
        var priority = logEvent.Level switch
        {
            LogEventLevel.Fatal => "<2>",
            LogEventLevel.Error => "<3>",
            LogEventLevel.Warning => "<4>",
            LogEventLevel.Information => "<6>",
            _ => "<7>",
        };
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            output.Write(priority);
            output.Write(line);
            output.Write('\n');
        }
    }

    static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
