using System.Runtime.InteropServices;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary>Tumbling windows on event time, by group. A terminal reading stage: it takes all readings and gives summaries.</summary>
/// <remarks>
/// <para>Watermark of a group = its highest accepted event time − <c>out_of_order</c>. A window [start, end) closes when the
/// watermark reaches its end and then gives revision 0. Until the watermark reaches end + <c>allowed_lateness</c> a late
/// reading is folded in, and at the next cut one corrected summary tells of all of them; after that readings are counted
/// as late. Readings marked <see cref="Quality.Future"/> never move the watermark.</para>
/// <para>Idle close: when a group had no reading for <c>idle_timeout</c> of monotonic time, counted at the earliest from the
/// moment all its sources were connected and drained, its open windows are given as they are. They stay open; a later
/// reading gives a higher revision. It happens at most <c>idle_timeout</c>/64 and one cut late. Readings from the future
/// are no sign of life, so that a group that has nothing else is still told of.</para>
/// <para>Bounds: one group a series at most; <c>MaxOpenPerGroup</c> windows a group, of which future readings open half.
/// When all series of a group are forgotten, what it has is emitted and its memory goes.</para>
/// </remarks>
public sealed partial class WindowStage : IReadingStage, ITimedStage, IStageState
{
    const long OrphanScanNs = 600_000_000_000;
    const int OrphanPart = 4;
    const long LongestNs = 700_000_000_000_000_000;

    readonly WindowSettings _settings;
    readonly StageContext _context;
    readonly ISummaryReceiver _next;
    readonly GroupTable _groups;
    readonly PanePool _panes = new();
    readonly Summary _summary = new();
    readonly List<int> _corrections = [];
    readonly WindowGrid _grid;
    readonly long _sizeNs;
    readonly long _outOfOrderNs;
    readonly long _latenessNs;
    readonly LateReadings _late;
    readonly long _idleNs;
    Instant _now;
    ulong _sourceBit;
    int _batch;
    bool _isPartial;
    long _nextIdleScanNs = long.MinValue;
    long _nextOrphanScanNs = long.MinValue;

    /// <summary>A stage without memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive, or with lateness and disorder over 22 years.</exception>
    public WindowStage(WindowSettings settings, StageContext context)
    {
        _settings = settings;
        _context = context;
        _next = context.Next;
        _late = new LateReadings(context);
        _groups = new GroupTable(settings.By);
        _grid = new WindowGrid(settings.Tumbling, settings.Calendar);
        _sizeNs = Ns(settings.Tumbling);
        _outOfOrderNs = Ns(settings.OutOfOrder);
        _latenessNs = Ns(settings.AllowedLateness);
        _idleNs = settings.IdleTimeout is { } idle ? Ns(idle) : 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(_sizeNs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_sizeNs + _outOfOrderNs + _latenessNs, LongestNs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_idleNs, LongestNs);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaxOpenPerGroup, 2);
    }

    /// <inheritdoc/>
    public IStageState State => this;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        _now = now;
        _batch++;
        _sourceBit = 1UL << source;
        if (HasFuture(batch.Quality.AsSpan(0, batch.Count))) ProcessMarked(batch);
        else ProcessFast(batch);
        batch.Count = 0;
        Show();
    }

    /// <inheritdoc/>
    public void OnCut(in Instant now, ReadOnlySpan<long> idleFloorNs)
    {
        _now = now;
        foreach (var group in _corrections)
        {
            ref var info = ref _groups.Info[group];
            if (!info.HasCorrection) continue;
            info.HasCorrection = false;
            EmitChanged(group, closedOnly: true);
        }

        _corrections.Clear();
        if (_idleNs > 0 && now.MonotonicNs >= _nextIdleScanNs) CloseIdle(idleFloorNs);
        if (now.MonotonicNs >= _nextOrphanScanNs && now.WallTrusted) ReleaseOrphans();
        Show();
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            if (_groups.Unassign(id, out var group)) Release(group);
        _late.Forget(ids);
        Show();
    }

    /// <inheritdoc/>
    public void Evict(ReadOnlySpan<int> ids)
    {
        _isPartial = true;
        Forget(ids);
        _isPartial = false;
    }

    /// <inheritdoc/>
    public int EvictOrphans()
    {
        var orphans = new List<(long Seen, int Group)>();
        for (var g = 0; g < _groups.Limit; g++)
            if (_groups.Units.IsHere(g) && _groups.Info[g].SeriesCount == 0) orphans.Add((_groups.Info[g].SeenWallNs, g));
        orphans.Sort();
        var count = (orphans.Count + OrphanPart - 1) / OrphanPart;
        _isPartial = true;
        foreach (var (_, g) in orphans.Take(count)) Release(g);
        _isPartial = false;
        Show();
        return count;
    }

    void ProcessFast(ReadingBatch batch)
    {
        var n = batch.Count;
        var ids = batch.Series.AsSpan(0, n);
        var times = batch.TimeNs.AsSpan(0, n);
        var values = batch.Value.AsSpan(0, n);
        var map = _groups.Map(_context.Series.IdLimit);
        var groups = _groups.Hot;
        var panes = _panes.Items;
        var number = _batch;
        for (var i = 0; i < ids.Length; i++)
        {
            var g = map[ids[i]];
            var t = times[i];
            if (g >= 0)
            {
                ref var group = ref groups[g];
                if (t >= group.FastLowNs && t < group.FastHighNs)
                {
                    if (group.Batch != number) Touch(g, ref group);
                    if (t > group.MaxTimeNs) group.MaxTimeNs = t;
                    panes[group.Pane].Fold(t, values[i]);
                    continue;
                }
            }

            Take(ids[i], g, t, values[i], isFuture: false);
            groups = _groups.Hot;
            panes = _panes.Items;
        }
    }

    void ProcessMarked(ReadingBatch batch)
    {
        var map = _groups.Map(_context.Series.IdLimit);
        for (var i = 0; i < batch.Count; i++)
        {
            var id = batch.Series[i];
            Take(id, map[id], batch.TimeNs[i], batch.Value[i], (batch.Quality[i] & Quality.Future) != 0);
        }
    }

    // A receive buffer holds about one reading a group: the first touch in a batch is as common as any other.
    void Touch(int g, ref WindowGroup group)
    {
        group.Batch = _batch;
        group.Sources |= _sourceBit;
        group.ActiveNs = _now.MonotonicNs;
        _groups.MarkDirty(g);
    }

    // Everything but the common path: another window, a closed one, a new group.
    void Take(int series, int g, long t, double value, bool isFuture)
    {
        if (g < 0) g = NewSeries(series, t);
        ref var group = ref _groups.Hot[g];
        ref var info = ref _groups.Info[g];
        group.Sources |= _sourceBit;
        _groups.MarkDirty(g);
        if (!isFuture || group.ActiveNs == long.MinValue) group.ActiveNs = _now.MonotonicNs;
        if (!isFuture)
        {
            group.Batch = _batch;
            if (t > group.MaxTimeNs)
            {
                group.MaxTimeNs = t;
                if (t >= group.ActAtNs) Advance(g);
            }
        }

        var startNs = _grid.StartOf(t);
        var endNs = _grid.EndOf(startNs);
        var watermarkNs = Watermark(group);
        if (endNs <= info.EvictedEndNs || endNs + _latenessNs <= watermarkNs)
        {
            NoteLate(series, t, value, watermarkNs);
            return;
        }

        var p = FindOrAdd(ref group, ref info, g, startNs, endNs <= watermarkNs, isFuture);
        if (p < 0)
        {
            _late.Add(series, t, value, watermarkNs);
            NoteBound(_groups.Units.LabelsOf(g));
            return;
        }

        ref var pane = ref _panes.Items[p];
        if (pane.Count == 0) pane.Origin = value;
        pane.Fold(t, value);
        if (pane.IsClosed)
        {
            NoteCorrection(g);
            group.FastHighNs = Math.Min(group.FastHighNs, group.ActAtNs);
            return;
        }

        group.Pane = p;
        group.FastLowNs = startNs;
        group.FastHighNs = Math.Min(endNs, group.ActAtNs);
    }

    void CloseIdle(ReadOnlySpan<long> idleFloorNs)
    {
        var nowNs = _now.MonotonicNs;
        var earliestNs = nowNs + _idleNs;
        for (var g = 0; g < _groups.Limit; g++)
        {
            if (!_groups.Units.IsHere(g) || _groups.Info[g].PaneCount == 0) continue;
            ref var group = ref _groups.Hot[g];
            var sinceNs = group.ActiveNs;
            for (var bits = group.Sources; bits != 0; bits &= bits - 1)
            {
                var source = System.Numerics.BitOperations.TrailingZeroCount(bits);
                if (source < idleFloorNs.Length) sinceNs = Math.Max(sinceNs, idleFloorNs[source]);
            }

            if (sinceNs == long.MinValue) sinceNs = group.ActiveNs = nowNs;
            if (nowNs < sinceNs || nowNs - sinceNs < _idleNs)
            {
                if (nowNs >= sinceNs) earliestNs = Math.Min(earliestNs, sinceNs + _idleNs);
                continue;
            }

            if (EmitChanged(g, closedOnly: false)) group.ActiveNs = nowNs;
        }

        _nextIdleScanNs = Math.Max(earliestNs, nowNs + (_idleNs / 64));
    }

    // Groups restored from the store whose series never came back.
    void ReleaseOrphans()
    {
        _nextOrphanScanNs = _now.MonotonicNs + OrphanScanNs;
        var ttlNs = Ns(_context.SeriesTtl);
        for (var g = 0; g < _groups.Limit; g++)
        {
            ref var info = ref _groups.Info[g];
            if (!_groups.Units.IsHere(g) || info.SeriesCount > 0) continue;
            if (info.SeenWallNs == 0) info.SeenWallNs = _now.WallNs;
            else if (_now.WallNs - info.SeenWallNs > ttlNs) Release(g);
        }
    }

    int NewSeries(int series, long t)
    {
        var labels = _context.Series.LabelsOf(series);
        var g = _groups.Assign(series, labels, out var isNew);
        if (!isNew || !_context.Notices.Wants(NoticeKind.Unit)) return g;
        var hint = NoticeBoard.UnitHint(t, _now);
        if (hint.Length > 0)
            _context.Notices.Post(
                new PipelineNotice(NoticeKind.Unit, labels, "The first event time of a group is far from this gateway's clock." + hint));
        return g;
    }

    void NoteLate(int series, long t, double value, long watermarkNs)
    {
        _late.Add(series, t, value, watermarkNs);
        if (!_context.Notices.Wants(NoticeKind.Late)) return;
        var behind = SpanText.Spoken(((double)watermarkNs - t) / 1e9);
        var aheadNs = (double)watermarkNs - _now.WallNs;
        var text = aheadNs > _context.MaxFutureNs
            ? $"An event time is {behind} behind the watermark of its group and its window is gone. "
                + $"That watermark is {SpanText.Spoken(aheadNs / 1e9)} ahead of this gateway's clock: the clock was set back, "
                + "or was ahead when earlier readings came. Until it is past the watermark, readings of the group count as late. "
                + "Set up NTP, such as chrony; if the clock is wrong now, mend it."
            : $"An event time is {behind} behind the watermark of its group and its window is gone. "
                + $"Raise `allowed_lateness` or `out_of_order`, or set the sender's clock.{NoticeBoard.UnitHint(t, _now)}";
        _context.Notices.Post(new PipelineNotice(NoticeKind.Late, _context.Series.LabelsOf(series), text));
    }

    void NoteCorrection(int g)
    {
        ref var info = ref _groups.Info[g];
        if (info.HasCorrection) return;
        info.HasCorrection = true;
        _corrections.Add(g);
    }

    void NoteAct(ref WindowGroup group, in Pane pane)
    {
        var actAtNs = _grid.EndOf(pane.StartNs) + (pane.IsClosed ? _latenessNs : 0) + _outOfOrderNs;
        if (actAtNs < group.ActAtNs) group.ActAtNs = actAtNs;
    }

    void Show()
    {
        _context.Counters.OpenWindows = _panes.Used;
        _context.Counters.Groups = _groups.Count;
    }

    long Watermark(in WindowGroup group) => group.MaxTimeNs == long.MinValue ? long.MinValue : group.MaxTimeNs - _outOfOrderNs;

    static bool HasFuture(ReadOnlySpan<byte> quality)
    {
        ulong any = 0;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(quality)) any |= word;
        for (var i = quality.Length & ~7; i < quality.Length; i++) any |= quality[i];
        return (any & (0x0101010101010101UL * Quality.Future)) != 0;
    }

    static long Ns(TimeSpan span) => checked(span.Ticks * TimeSpan.NanosecondsPerTick);
}
