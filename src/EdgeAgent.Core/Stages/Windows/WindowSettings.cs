using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary><c>window</c>: tumbling windows on event time.</summary>
public sealed record WindowSettings : StageSettings
{
    /// <summary>Length of a window; windows start at whole multiples since the Unix epoch, or by the <see cref="Calendar"/>.</summary>
    public required TimeSpan Tumbling { get; init; }

    /// <summary>Whose clock starts the windows; null for none's.</summary>
    public WindowCalendar? Calendar { get; init; }

    /// <summary>Labels that make a group.</summary>
    public required IReadOnlyList<string> By { get; init; }

    /// <summary>How far the watermark stays behind the highest accepted event time.</summary>
    public TimeSpan OutOfOrder { get; init; }

    /// <summary>How long after its end a window takes late readings and gives corrected summaries.</summary>
    public TimeSpan AllowedLateness { get; init; }

    /// <summary>Monotonic silence after which open windows are emitted; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>What a summary holds.</summary>
    public required Aggregates Aggregate { get; init; }

    /// <summary>Open and correctable windows kept a group. At the bound the oldest gives way: its summary is emitted if it
    /// was not, and later readings for it are counted as late. Enough is (out_of_order + allowed_lateness) / length + 2.</summary>
    public int MaxOpenPerGroup { get; init; } = 64;

    /// <inheritdoc/>
    public override string Describe() =>
        $"window({Tumbling.Ticks},{ListText.Of(By.Order(StringComparer.Ordinal))},{OutOfOrder.Ticks},"
            + $"{AllowedLateness.Ticks},{(int)Aggregate}{DescribeCalendar()})";

    // The rules count, not their name: records of another day are others.
    string DescribeCalendar() => Calendar is null ? "" : $",{Calendar.Zone.Digest()},{Calendar.Offset.Ticks}";
}
