namespace EdgeAgent.Outputs;

/// <summary>How large a window is so that an alert behind it waits for about a second; see docs/decisions/priorities.md.
/// Output thread.</summary>
/// <param name="maxBytes">The output's own bound.</param>
sealed class WindowSize(long maxBytes)
{
    const long LeastBytes = 64 << 10;
    static readonly TimeSpan s_long = TimeSpan.FromSeconds(1), s_short = TimeSpan.FromSeconds(0.5);

    /// <summary>Bound of the next window.</summary>
    public long Bytes { get; private set; } = Math.Min(maxBytes, 2 * LeastBytes);

    /// <summary>A window was delivered.</summary>
    public void Took(TimeSpan time)
    {
        if (time > s_long) Bytes = Math.Min(maxBytes, Math.Max(LeastBytes, Bytes / 2));
        else if (time < s_short) Bytes = Math.Min(maxBytes, Bytes * 2);
    }
}
