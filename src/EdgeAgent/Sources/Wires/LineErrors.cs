using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;
using EdgeAgent.Native.Serial;
using EdgeAgent.Status;

namespace EdgeAgent.Sources.Wires;

/// <summary>What a serial port's driver has counted of damaged characters since the port was opened: in the status, and in the log when
/// there are such. The source's thread, apart from <see cref="AddTo"/>.</summary>
/// <param name="source">The source's name.</param>
/// <param name="log">Takes the warning.</param>
sealed class LineErrors(string source, LogLimiter log)
{
    static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    SerialErrors? _first;
    volatile Counted? _since;
    MonotonicTime _next;

    /// <summary>A port was opened, whose driver has counted <paramref name="first"/>; null when it counts nothing.</summary>
    public void Opened(SerialErrors? first, MonotonicTime now) => (_first, _next) = (first, now);

    /// <summary>Whether it is time to ask the driver again.</summary>
    public bool IsDue(MonotonicTime now) => _first is not null && now >= _next;

    /// <summary>The driver has counted <paramref name="errors"/>.</summary>
    public void Look(SerialErrors? errors, MonotonicTime now)
    {
        _next = now + s_every;
        if (errors is not { } e || _first is not { } first) return;
        var since = new Counted(e.Framing - first.Framing, e.Parity - first.Parity, e.Overrun - first.Overrun);
        if (since != _since) _since = since;
        if (since.Framing + since.Parity > 0)
            log.Warn($"serial {source} errors", $"source {source}: the driver counts {since.Framing} framing and "
                + $"{since.Parity} parity errors. Check baud, parity and stop bits, and the cable.");
    }

    /// <summary>Adds the counts, when the driver has any. Any thread.</summary>
    public void AddTo(StatusFields fields)
    {
        if (_since is not { } since) return;
        fields.Add("framing_errors", since.Framing);
        fields.Add("parity_errors", since.Parity);
        fields.Add("overruns", since.Overrun);
    }

    sealed record Counted(int Framing, int Parity, int Overrun);
}
