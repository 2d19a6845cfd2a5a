using EdgeAgent.Core.Settings.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>The <c>agent</c> section.</summary>
public static class AgentSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "agent",
        Kind = ComponentKind.Section,
        Doc = "The agent itself.",
        Fields =
        [
            FieldSpec.Text("id", "Identity of this gateway among all; becomes `ce_source` of every record. Letters, digits, `.`, `_` and `-`.")
                with { Required = true, Example = "gw-plant7-01", Syntax = Words.Id },
            FieldSpec.Of(FieldType.Path, "data_dir", "Folder of the database, the lock and the status socket; on a local disk that keeps what is synced.")
                with { Required = true, Example = "/var/lib/edge-agent" },
            FieldSpec.Integer("max_series", "Most series held at once. A new one past it is refused and counted; at the next commit the least recently useful eighth gives way: first series that were seen once only, then those silent for longest.", 1, 10_000_000)
                with { Default = 100_000L },
            FieldSpec.Size("max_series_bytes", "Most memory for the labels of all series; past it as with `max_series`.", 1L << 16, 1L << 36)
                with { Default = 64L << 20 },
            FieldSpec.Size("max_label_bytes", "Longest value of a label that a topic or a payload gives. A message with a longer one is counted as bad, with a sample, and acknowledged.", 1, 65_535)
                with { Default = 256L },
            FieldSpec.Size("max_state_bytes", "Most bytes of windows and other memory of stages, as stored. Past it the least recently useful series give way; their open windows leave as partial summaries.", 1L << 16, 1L << 40)
                with { Default = 64L << 20 },
            FieldSpec.Duration("series_ttl", "A series silent for so long is forgotten.", TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
                with { Default = TimeSpan.FromDays(7) },
        ],
        Build = v => new AgentSettings
        {
            Id = v.Get<string>("id"),
            DataDir = v.Get<string>("data_dir"),
            MaxSeries = v.Int("max_series"),
            MaxSeriesBytes = v.Get<long>("max_series_bytes"),
            MaxLabelBytes = (int)v.Get<long>("max_label_bytes"),
            MaxStateBytes = v.Get<long>("max_state_bytes"),
            SeriesTtl = v.Get<TimeSpan>("series_ttl"),
        },
    };
}

/// <summary>The <c>buffer</c> section.</summary>
public static class BufferSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "buffer",
        Kind = ComponentKind.Section,
        Doc = "Bounds of the outbox, which keeps records on disk until they are confirmed.",
        Fields =
        [
            FieldSpec.Size("max_size", "Bound of the outbox and of rejected payloads on disk. State and the database's log have their own.", 1L << 20, 1L << 40)
                with { Default = 64L << 20 },
            FieldSpec.Enum("on_full", "What happens when the outbox is full.",
                new("block", OverflowPolicy.Block, "Sources wait; nothing is lost."),
                new("drop_oldest", OverflowPolicy.DropOldest, "The oldest records go, lowest priority first, and are counted."),
                new("drop_newest", OverflowPolicy.DropNewest, "New records are not taken, and are counted.")) with { Default = OverflowPolicy.DropOldest },
        ],
        Build = v => new BufferSettings { MaxSizeBytes = v.Get<long>("max_size"), OnFull = v.Get<OverflowPolicy>("on_full") },
    };
}

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
            FieldSpec.Duration("interval", "Longest time between commits while there is something to commit.", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1))
                with { Default = TimeSpan.FromSeconds(1) },
            FieldSpec.Integer("early_at", "Unacknowledged messages of one source that bring a commit forward. Keep it below the broker's in-flight limit (mosquitto: 20).", 1, 65535)
                with { Default = 16L },
            FieldSpec.Duration("min_gap", "Shortest time between commits.", TimeSpan.Zero, TimeSpan.FromHours(1))
                with { Default = TimeSpan.FromMilliseconds(2) },
        ],
        Build = v => new CommitSettings { Interval = v.Get<TimeSpan>("interval"), EarlyAt = v.Int("early_at"), MinGap = v.Get<TimeSpan>("min_gap") },
        Check = static (v, findings) =>
        {
            if (v.TryGet("interval", out TimeSpan interval) && v.TryGet("min_gap", out TimeSpan gap) && gap > interval
                && (v.Find("min_gap") ?? v.Find("interval")) is { } at)
                findings.Add(FindingCodes.GapAboveInterval, at.At, at.Path,
                    $"min_gap {Words.Of(gap)} is above interval {Words.Of(interval)}. Use a gap of at most the interval.");
        },
    };
}
