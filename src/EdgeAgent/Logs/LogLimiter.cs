using EdgeAgent.Clocks;
using Serilog;
using Serilog.Events;

namespace EdgeAgent.Logs;

/// <summary>Logs what repeats (a broker that is down, bad payloads) at once the first time,
/// then at most once a minute with a count.</summary>
/// <remarks>Any thread. At most 1,000 different subjects are remembered; past that, those quiet for a minute are forgotten and, when
/// there is none, new ones share one.</remarks>
sealed class LogLimiter(ILogger log, IClock clock)
{
    const long QuietNs = 60_000_000_000;
    const int MaxSubjects = 1000;
    const int MaxReasons = 4;
    readonly Dictionary<string, Said> _subjects = [];

    /// <summary>The logger for what does not repeat.</summary>
    public ILogger Log { get; } = log;

    /// <summary>Logs <paramref name="message"/>, unless its <paramref name="subject"/> was logged within the last minute.</summary>
    public void Write(LogEventLevel level, string subject, string message) => Write(level, subject, message, isReason: false);

    void Write(LogEventLevel level, string subject, string message, bool isReason)
    {
        long held;
        var isOther = false;
        lock (_subjects)
        {
            var nowNs = clock.Monotonic.Ns;
            if (!_subjects.ContainsKey(subject) && _subjects.Count >= MaxSubjects && !TryForgetQuiet(nowNs)) subject = "";
            var isKnown = _subjects.TryGetValue(subject, out var last);
            var isQuiet = !isKnown || nowNs - last.SinceNs >= QuietNs;
            isOther = isReason && isKnown && last.Reason != message;
            if (!isQuiet && !(isOther && last.Lines < MaxReasons))
            {
                _subjects[subject] = last with { Held = last.Held + 1 };
                return;
            }

            held = last.Held;
            _subjects[subject] = new Said(isQuiet ? nowNs : last.SinceNs, 0, isQuiet ? 1 : last.Lines + 1, isReason ? message : null);
        }

        if (held == 0) Log.Write(level, "{Text:l}", message);
        else if (isOther) Log.Write(level, "{Text:l} ({Held} more of what was said before)", message, held);
        else Log.Write(level, "{Text:l} ({Held} more like this since the last one)", message, held);
    }

    bool TryForgetQuiet(long nowNs)
    {
        List<string> quiet = [];
        foreach (var (subject, last) in _subjects)
            if (nowNs - last.SinceNs >= QuietNs) quiet.Add(subject);
        foreach (var subject in quiet) _subjects.Remove(subject);
        return quiet.Count > 0;
    }

    /// <summary>A warning.</summary>
    public void Warn(string subject, string message) => Write(LogEventLevel.Warning, subject, message);

    /// <summary>A warning that says why something is not as it should be: another reason is told at once, four a minute at
    /// most.</summary>
    public void WarnReason(string subject, string message) => Write(LogEventLevel.Warning, subject, message, isReason: true);

    /// <summary>An error.</summary>
    public void Error(string subject, string message) => Write(LogEventLevel.Error, subject, message);

    /// <summary>The subject is well again: its next trouble is logged at once.</summary>
    public void Clear(string subject)
    {
        lock (_subjects) _subjects.Remove(subject);
    }

    // Since when its minute runs, what was held back since its last line, the lines of the minute, the last reason.
    readonly record struct Said(long SinceNs, long Held, int Lines, string? Reason);
}
