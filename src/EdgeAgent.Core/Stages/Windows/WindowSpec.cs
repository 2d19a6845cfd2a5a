using System.Collections.Frozen;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary><c>window</c>.</summary>
public static class WindowSpec
{
    /// <summary>Fields of every summary that no label may be named like, besides the aggregates.</summary>
    public static readonly FrozenSet<string> FixedFields =
        FrozenSet.Create("pipeline", "window_start", "window_end", "revision", "partial");

    static readonly Choice[] Choices =
    [
        new("count", Aggregates.Count, "Number of readings."),
        new("min", Aggregates.Min, "Smallest value."),
        new("max", Aggregates.Max, "Largest value."),
        new("sum", Aggregates.Sum, "Compensated sum."),
        new("mean", Aggregates.Mean, "Arithmetic mean."),
        new("stddev", Aggregates.Stddev, "Sample standard deviation (n − 1); null for one reading."),
        new("first", Aggregates.First, "Value with the earliest event time."),
        new("last", Aggregates.Last, "Value with the latest event time."),
    ];

    static readonly ComponentSpec Calendar = new()
    {
        Name = "calendar",
        Kind = ComponentKind.Section,
        Doc = "Windows that start when the clock of a place shows a time. A window in which that clock is put forward is shorter, one "
            + "in which it is put back longer: days have 23 and 25 hours then.",
        Fields =
        [
            FieldSpec.Of(FieldType.TimeZone, "zone", "Whose clock, by its IANA name.") with { Required = true, Example = "Europe/Berlin" },
            FieldSpec.Duration("offset", "When the first window of a day starts, after local midnight; of windows longer than a day, "
                + "after the midnight before Monday.", TimeSpan.Zero, TimeSpan.FromDays(365))
                with { Default = TimeSpan.Zero, Example = "6h" },
        ],
        Build = v => new WindowCalendar(v.Get<ZoneRules>("zone"), v.Get<TimeSpan>("offset")),
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "window",
        Kind = ComponentKind.Stage,
        Role = StageRole.Fold,
        Doc = "Folds the readings of a group over a span of event time into one summary. "
            + "A summary can come again with a higher `revision` when late readings change it; the highest wins.",
        Example = "window: { tumbling: 10s, by: [site, device, metric], out_of_order: 1s, allowed_lateness: 30s, idle_timeout: 60s, "
            + "aggregate: [count, min, max, mean, stddev] }",
        Fields =
        [
            FieldSpec.Duration("tumbling", "Length of a window; windows start at whole multiples since 1970-01-01T00:00:00Z.",
                TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366))
                with { Required = true, Example = "10s" },
            FieldSpec.Nested("calendar", "Windows by the clock of a place: a local day, shift or week. Without it windows follow UTC.",
                Calendar)
                with { DefaultDoc = "none", Example = "{ zone: Europe/Berlin, offset: 6h }", Short = "zone" },
            FieldSpec.List("by", "Labels that make a group; a summary has these labels and no others.",
                FieldSpec.Of(FieldType.Label, "", "A label."))
                with { Required = true, MinCount = 1, MaxCount = 64, Distinct = true, Single = true, Example = "[site, device, metric]" },
            FieldSpec.Duration("out_of_order",
                "How far the watermark stays behind the highest event time, so that readings out of order are still in time.",
                TimeSpan.Zero, TimeSpan.FromDays(7))
                with { Default = TimeSpan.Zero },
            FieldSpec.Duration("allowed_lateness", "How long after its end a window takes late readings and gives corrected summaries.",
                TimeSpan.Zero, TimeSpan.FromDays(30))
                with { Default = TimeSpan.Zero },
            FieldSpec.Duration("idle_timeout", "After so long without readings, while the source is connected, open windows are emitted.",
                TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30))
                with { DefaultDoc = "never", Example = "60s" },
            FieldSpec.List("aggregate", "What a summary holds.", FieldSpec.Enum("", "An aggregate.", Choices))
                with { Required = true, MinCount = 1, Distinct = true, Single = true, Example = "[count, min, max, mean]" },
            FieldSpec.Integer("max_open_per_group",
                "Open and correctable windows kept for a group. At the bound the oldest is emitted, and later readings "
                    + "for it count as late.", 2, 100_000)
                with { Default = 64L },
        ],
        Build = v => new WindowSettings
        {
            Name = v.Name,
            Tumbling = v.Get<TimeSpan>("tumbling"),
            Calendar = v.Nested<WindowCalendar>("calendar"),
            By = v.Texts("by"),
            OutOfOrder = v.Get<TimeSpan>("out_of_order"),
            AllowedLateness = v.Get<TimeSpan>("allowed_lateness"),
            IdleTimeout = v.GetNullable<TimeSpan>("idle_timeout"),
            Aggregate = v.Items("aggregate").Aggregate(default(Aggregates), (sum, item) => sum | (Aggregates)item.Value!),
            MaxOpenPerGroup = v.Int("max_open_per_group"),
        },
        Check = static (v, findings) =>
        {
            foreach (var label in v.Items("by"))
                if (label.Value is string name && (FixedFields.Contains(name) || Choices.Any(c => c.Name == name)))
                    findings.Add(FindingCodes.LabelIsField, label.At, label.Path,
                        $"label `{name}` has the name of a field of every summary. Give the label another name where it is made.");
            if (!v.Has("idle_timeout"))
                findings.Add(FindingCodes.NeverIdle, v.At, v.Path,
                    "without `idle_timeout` the last window of a group is told only when a later reading of the group comes: "
                        + "a sensor that stops leaves it untold. Give one, such as `idle_timeout: 60s`.");
            if (v.Find("calendar") is { } calendar && v.TryGet("tumbling", out TimeSpan length))
            {
                if (!WindowGrid.Fits(length))
                    findings.Add(FindingCodes.NotOfCalendar, v.Find("tumbling")!.At, v.Path, $"windows of {Words.Of(length)} do not "
                        + "fit the days of a calendar. Use a length that divides a day, such as 1h or 8h, or whole days, such as 1d "
                        + "or 7d.");
                else if (calendar.Nested is { } section && section.TryGet("offset", out TimeSpan offset)
                    && (offset >= length || offset.Ticks % TimeSpan.TicksPerSecond != 0))
                    findings.Add(FindingCodes.NotOfCalendar, calendar.At, calendar.Path, $"offset {Words.Of(offset)} for windows of "
                        + $"{Words.Of(length)}. Use whole seconds, fewer than the length.");
            }

            if (v.TryGet("tumbling", out TimeSpan tumbling) && v.TryGet("out_of_order", out TimeSpan disorder)
                && v.TryGet("allowed_lateness", out TimeSpan lateness) && v.TryGet("max_open_per_group", out long most))
            {
                // The span a group keeps open can touch one window more at each end.
                var needed = (long)((disorder + lateness) / tumbling) + 2;
                if (needed > most)
                    findings.Add(FindingCodes.TooManyWindows, v.Find("tumbling")!.At, v.Path,
                        $"out_of_order {Words.Of(disorder)} and allowed_lateness {Words.Of(lateness)} hold up to {needed} windows of "
                            + $"{Words.Of(tumbling)} open, max_open_per_group is {most}. Raise it, or lower the two.");
            }
        },
        Labels = static (v, scope) => v.Find("by") is { } by
            ? new(new HashSet<string>(by.Items.Select(i => i.Value).OfType<string>()), IsOpen: !by.IsGood, NarrowedBy: "window.by")
            : scope with { IsOpen = true },
    };

    /// <summary>The stage.</summary>
    public static readonly StageKind Kind = StageKind.Of<WindowSettings>(Spec, (settings, context) => new WindowStage(settings, context));
}
