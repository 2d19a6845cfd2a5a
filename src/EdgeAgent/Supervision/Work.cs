using System.Globalization;

namespace EdgeAgent.Supervision;

/// <summary>Says whether this process has worked since it was last asked: computed, or read from or written to a disk.</summary>
/// <remarks>A start over a large database does one or the other all the time; one that hangs does neither. One thread.</remarks>
sealed class Work
{
    static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(50); // more than the asking itself takes
    TimeSpan _computed = Environment.CpuUsage.TotalTime;
    long _moved = MovedBytes();

    /// <summary>Whether it has.</summary>
    public bool WasDone()
    {
        var (computed, moved) = (Environment.CpuUsage.TotalTime, MovedBytes());
        var was = computed - _computed >= s_least || moved != _moved;
        (_computed, _moved) = (computed, moved);
        return was;
    }

    // proc(5), /proc/PID/io: what really went to and came from storage.
    static long MovedBytes()
    {
        try
        {
            return File.ReadLines("/proc/self/io").Where(line => line.StartsWith("read_bytes: ", StringComparison.Ordinal)
                    || line.StartsWith("write_bytes: ", StringComparison.Ordinal))
                .Sum(line => long.Parse(line.AsSpan(line.IndexOf(' ') + 1), CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
