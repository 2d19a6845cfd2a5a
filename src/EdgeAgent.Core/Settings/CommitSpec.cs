using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>commit</c> section.</summary>
public static class CommitSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "commit",
        Kind = ComponentKind.Section,
        Doc = "When state, records and progress are made durable together. Messages are acknowledged after a commit only.",
        Fields =
        [
            FieldSpec.Duration("interval", "Longest time between commits while there is something to commit.",
                TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1))
                with { Default = TimeSpan.FromSeconds(1) },
            FieldSpec.Integer("early_at", "Unacknowledged messages of one source that bring a commit forward. "
                + "Keep it below the broker's in-flight limit (mosquitto: 20).", 1, 65535)
                with { Default = 16L },
            FieldSpec.Duration("latency", "How long messages that bring a commit forward may wait for others to share it. "
                + "More writes less to the disk and wakes less often; alerts do not wait for it.", TimeSpan.Zero, TimeSpan.FromSeconds(1))
                with { Default = TimeSpan.FromMilliseconds(16) },
            FieldSpec.Duration("min_gap", "Shortest time between commits.", TimeSpan.Zero, TimeSpan.FromHours(1))
                with { Default = TimeSpan.FromMilliseconds(2) },
        ],
        Build = v => new CommitSettings
        {
            Interval = v.Get<TimeSpan>("interval"),
            EarlyAt = v.Int("early_at"),
            Latency = v.Get<TimeSpan>("latency"),
            MinGap = v.Get<TimeSpan>("min_gap"),
        },
        Check = static (v, findings) =>
        {
            if (v.TryGet("interval", out TimeSpan interval) && v.TryGet("min_gap", out TimeSpan gap) && gap > interval
                && (v.Find("min_gap") ?? v.Find("interval")) is { } at)
                findings.Add(FindingCodes.GapAboveInterval, at.At, at.Path,
                    $"min_gap {Words.Of(gap)} is above interval {Words.Of(interval)}. Use a gap of at most the interval.");
        },
    };
}
