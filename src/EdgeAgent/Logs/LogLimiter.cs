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
    readonly Dictionary<string, (long LastNs, long Held)> _subjects = [];

    /// <summary>The logger for what does not repeat.</summary>
    public ILogger Log { get; } = log;

    /// <summary>Logs <paramref name="message"/>, unless its <paramref name="subject"/> was logged within the last minute.</summary>
    public void Write(LogEventLevel level, string subject, string message)
    {
        long held;
        lock (_subjects)
        {
            var nowNs = clock.Monotonic.Ns;
            if (!_subjects.ContainsKey(subject) && _subjects.Count >= MaxSubjects && !TryForgetQuiet(nowNs)) subject = "";
            if (_subjects.TryGetValue(subject, out var last) && nowNs - last.LastNs < QuietNs)
            {
                _subjects[subject] = (last.LastNs, last.Held + 1);
                return;
            }

            held = last.Held;
            _subjects[subject] = (nowNs, 0);
        }

        if (held == 0) Log.Write(level, "{Text:l}", message);
        else Log.Write(level, "{Text:l} ({Held} more like this since the last one)", message, held);
    }

    bool TryForgetQuiet(long nowNs)
    {
        List<string> quiet = [];
        foreach (var (subject, last) in _subjects)
            if (nowNs - last.LastNs >= QuietNs) quiet.Add(subject);
        foreach (var subject in quiet) _subjects.Remove(subject);
        return quiet.Count > 0;
    }

    /// <summary>A warning.</summary>
    public void Warn(string subject, string message) => Write(LogEventLevel.Warning, subject, message);

    /// <summary>An error.</summary>
    public void Error(string subject, string message) => Write(LogEventLevel.Error, subject, message);

    /// <summary>The subject is well again: its next trouble is logged at once.</summary>
    public void Clear(string subject)
    {
        lock (_subjects) _subjects.Remove(subject);
    }
}
