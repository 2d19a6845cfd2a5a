using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Native.Serial;

namespace EdgeAgent.Simulations;

/// <summary>A device that sends lines.</summary>
/// <param name="texts">Its lines, in turn; {n} is a rising number, {v} a slow wave.</param>
/// <param name="interval">Time between lines.</param>
/// <param name="nmea">Puts $ before and the check behind each line.</param>
/// <param name="clock">The clock.</param>
sealed class SimulatedLine(string[] texts, TimeSpan interval, bool nmea, IClock clock)
{
    /// <summary>Sends on <paramref name="pty"/> until <paramref name="end"/>; what comes is read and forgotten.</summary>
    public void Run(PseudoTerminal pty, MonotonicTime end)
    {
        var next = clock.Monotonic;
        var buffer = new byte[256];
        for (var n = 0L; clock.Monotonic < end; n++, next += interval)
        {
            while (next.Ns - clock.Monotonic.Ns is > 0 and var wait) pty.Read(buffer, Math.Min(wait, 100_000_000));
            var wave = FormattableString.Invariant($"{20 + 5 * Math.Sin(n / 30.0):0.00}");
            var line = texts[n % texts.Length].Replace("{n}", $"{n}").Replace("{v}", wave);
            pty.Write(Encoding.UTF8.GetBytes(nmea ? $"${line}*{Checksum.Xor(Encoding.UTF8.GetBytes(line)):X2}\r\n" : line + "\r\n"));
        }
    }
}
