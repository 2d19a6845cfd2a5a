namespace EdgeAgent.Core.Readings;

/// <summary>A moment given twice: by the wall clock and by the monotonic clock.</summary>
/// <remarks>Core never reads a clock; the host (or <c>replay</c>, from the recording) passes this in.</remarks>
/// <param name="Wall">By the wall clock.</param>
/// <param name="Monotonic">By the monotonic clock.</param>
/// <param name="WallTrusted">
/// False while the gateway's clock is unsynchronised or before the build date; the check for readings in the future is then off.
/// </param>
public readonly record struct Instant(WallTime Wall, MonotonicTime Monotonic, bool WallTrusted = true)
{
    /// <summary><see cref="Wall"/> as the plain number that event times are [ns since the Unix epoch].</summary>
    public long WallNs => Wall.Ns;

    /// <summary><see cref="Monotonic"/> as a plain number [ns].</summary>
    public long MonotonicNs => Monotonic.Ns;

    /// <summary>The moment of these two numbers.</summary>
    public static Instant Of(long wallNs, long monotonicNs, bool wallTrusted = true) =>
        new(new WallTime(wallNs), new MonotonicTime(monotonicNs), wallTrusted);
}
