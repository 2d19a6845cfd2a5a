using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary>One group in the store: self-contained, so that an open window outlives a change of its settings.</summary>
/// <remarks>
/// <para>Version 1; integers are LEB128 where not said otherwise:</para>
/// <list type="table">
/// <item><term>u8</term><description><c>'W'</c>; <c>'C'</c> for windows by a calendar</description></item>
/// <item><term>u8</term><description>0 the group is gone, 1 it is here</description></item>
/// <item><term>text</term><description>canonical labels; nothing follows when the group is gone</description></item>
/// <item><term>i64, integer</term><description>window length [ns], wanted aggregates</description></item>
/// <item><term>i64 × 3</term><description>highest accepted time, end of the last evicted window,
/// last sign of life [ns]</description></item>
/// <item><term>integer</term><description>panes, by start; each: start (i64), by a calendar its end (i64), count, emitted
/// count, revision, closed (u8),
/// min, max, origin, mean difference, squared deviations, sum, its error (f64), first time (i64), first (f64), last time (i64),
/// last (f64)</description></item>
/// </list>
/// <para>Another version is refused; its windows are then lost and counted, upgrade and downgrade alike.</para>
/// </remarks>
readonly struct WindowEntry
{
    public const int Version = 1;
    const byte Mark = (byte)'W';
    const byte CalendarMark = (byte)'C';
    const int MaxPanes = 1 << 16;

    public bool IsRemoval { get; private init; }

    public LabelSet? Labels { get; init; }

    public long SizeNs { get; init; }

    public Aggregates Aggregate { get; init; }

    public long MaxTimeNs { get; init; }

    public long EvictedEndNs { get; init; }

    public long SeenWallNs { get; init; }

    public Pane[] Panes { get; private init; }

    /// <summary>Whether windows have ends of their own.</summary>
    public bool IsCalendar { get; init; }

    long[]? Ends { get; init; }

    /// <summary>End of a window [ns].</summary>
    public long EndOf(int pane) => Ends is null ? Panes[pane].StartNs + SizeNs : Ends[pane];

    public static void WriteRemoval(StateWriter writer, LabelSet labels)
    {
        writer.Byte(Mark);
        writer.Byte(0);
        writer.Text(labels.Canonical);
    }

    /// <summary>Writes everything but the panes, of which <paramref name="panes"/> have to follow.</summary>
    public static void WriteHead(StateWriter writer, in WindowEntry entry, int panes)
    {
        writer.Byte(entry.IsCalendar ? CalendarMark : Mark);
        writer.Byte(1);
        writer.Text(entry.Labels!.Canonical);
        writer.Int64(entry.SizeNs);
        writer.Varint((ulong)entry.Aggregate);
        writer.Int64(entry.MaxTimeNs);
        writer.Int64(entry.EvictedEndNs);
        writer.Int64(entry.SeenWallNs);
        writer.Varint((ulong)panes);
    }

    /// <summary>Writes the entry again as if every window in it had been told of just now.</summary>
    public void WriteTold(StateWriter writer)
    {
        WriteHead(writer, this, Panes.Length);
        for (var i = 0; i < Panes.Length; i++)
        {
            var pane = Panes[i];
            WritePane(writer, pane.IsChanged ? pane with { EmittedCount = pane.Count, Revision = pane.Revision + 1 } : pane, Ends?[i]);
        }
    }

    public static void WritePane(StateWriter writer, in Pane pane, long? endNs)
    {
        writer.Int64(pane.StartNs);
        if (endNs is { } end) writer.Int64(end);
        writer.Varint((ulong)pane.Count);
        writer.Varint((ulong)pane.EmittedCount);
        writer.Varint((ulong)pane.Revision);
        writer.Byte(pane.IsClosed ? (byte)1 : (byte)0);
        writer.Double(pane.Min);
        writer.Double(pane.Max);
        writer.Double(pane.Origin);
        writer.Double(pane.MeanDifference);
        writer.Double(pane.SquaredDeviations);
        writer.Double(pane.Sum);
        writer.Double(pane.SumError);
        writer.Int64(pane.FirstNs);
        writer.Double(pane.First);
        writer.Int64(pane.LastNs);
        writer.Double(pane.Last);
    }

    public static bool TryRead(ReadOnlySpan<byte> entry, int version, out WindowEntry read)
    {
        read = default;
        var reader = new StateReader(entry);
        if (version != Version || !reader.TryByte(out var mark) || mark is not (Mark or CalendarMark)) return false;
        if (!reader.TryByte(out var isHere) || isHere > 1) return false;
        if (!reader.TryText(out var text) || LabelSet.Parse(text) is not { } labels) return false;
        if (isHere == 0)
        {
            read = new WindowEntry { IsRemoval = true, Labels = labels, Panes = [] };
            return reader.AtEnd;
        }

        if (!reader.TryInt64(out var sizeNs) || !reader.TryVarint(out var aggregate) || !reader.TryInt64(out var maxTimeNs)) return false;
        if (!reader.TryInt64(out var evictedEndNs) || !reader.TryInt64(out var seenWallNs) || !reader.TryVarint(out var count))
            return false;
        if (sizeNs < 1 || sizeNs > EventTimes.MaxNs || count > MaxPanes || aggregate > 255) return false;
        if (!IsTime(maxTimeNs) || seenWallNs < 0 || !(evictedEndNs == long.MinValue || IsTime(evictedEndNs - sizeNs))) return false;
        var panes = new Pane[Math.Min((int)count, (entry.Length / 80) + 1)];
        if (panes.Length < (int)count) return false;
        var ends = mark == CalendarMark ? new long[panes.Length] : null;
        for (var i = 0; i < panes.Length; i++)
        {
            if (!TryReadPane(ref reader, out panes[i], ends, i)) return false;
            if (!IsTime(panes[i].StartNs)) return false;
            if (ends is null ? panes[i].StartNs % sizeNs != 0 : ends[i] <= panes[i].StartNs || !IsTime(ends[i] - 2 * sizeNs)) return false;
            if (i > 0 && panes[i].StartNs <= panes[i - 1].StartNs) return false;
        }

        read = new WindowEntry
        {
            Labels = labels,
            SizeNs = sizeNs,
            Aggregate = (Aggregates)aggregate,
            MaxTimeNs = maxTimeNs,
            EvictedEndNs = evictedEndNs,
            SeenWallNs = seenWallNs,
            Panes = panes,
            IsCalendar = ends is not null,
            Ends = ends,
        };
        return reader.AtEnd;
    }

    static bool TryReadPane(ref StateReader reader, out Pane pane, long[]? ends, int i)
    {
        pane = Pane.Empty(0);
        if (!reader.TryInt64(out pane.StartNs) || ends is not null && !reader.TryInt64(out ends[i])) return false;
        if (!reader.TryVarint(out var count) || !reader.TryVarint(out var emitted)) return false;
        if (!reader.TryVarint(out var revision) || !reader.TryByte(out var closed)) return false;
        if (!reader.TryDouble(out pane.Min) || !reader.TryDouble(out pane.Max) || !reader.TryDouble(out pane.Origin)) return false;
        if (!reader.TryDouble(out pane.MeanDifference)) return false;
        if (!reader.TryDouble(out pane.SquaredDeviations) || !reader.TryDouble(out pane.Sum) || !reader.TryDouble(out pane.SumError))
            return false;
        if (!reader.TryInt64(out pane.FirstNs) || !reader.TryDouble(out pane.First)) return false;
        if (!reader.TryInt64(out pane.LastNs) || !reader.TryDouble(out pane.Last)) return false;
        if (count is 0 or > long.MaxValue || emitted > count || revision > int.MaxValue - 1 || closed > 1 || !(pane.Min <= pane.Max))
            return false;
        (pane.Count, pane.EmittedCount, pane.Revision, pane.IsClosed) = ((long)count, (long)emitted, (int)revision, closed == 1);
        return true;
    }

    static bool IsTime(long ns) => ns is long.MinValue or (>= -EventTimes.MaxNs - 700_000_000_000_000_000 and <= EventTimes.MaxNs);
}
