namespace EdgeAgent.Core.Settings;

/// <summary>The <c>commit</c> section.</summary>
public sealed record CommitSettings
{
    /// <summary>Longest time between commits while there is something to commit.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unacknowledged messages of one source that bring a commit forward.</summary>
    public int EarlyAt { get; init; } = 16;

    /// <summary>How long messages of a source may wait for others to share their commit, once <see cref="EarlyAt"/> have come.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(16);

    /// <summary>Shortest time between commits.</summary>
    public TimeSpan MinGap { get; init; } = TimeSpan.FromMilliseconds(2);
}
