using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Windows;

/// <content>Memory through commit and restart.</content>
public sealed partial class WindowStage
{
    /// <inheritdoc/>
    public int UnitCount => _groups.Limit;

    /// <inheritdoc/>
    public int FormatVersion => WindowEntry.Version;

    /// <inheritdoc/>
    public void TakeDirty(List<int> units) => _groups.Units.TakeDirty(units);

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units) => _groups.Units.MarkDirty(units);

    /// <inheritdoc/>
    public bool WritesRemoval(int unit) => _groups.Units.IsGone(unit);

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        if (_groups.Units.IsGone(unit)) WindowEntry.WriteRemoval(writer, _groups.Units.LabelsOf(unit));
        if (!_groups.Units.IsHere(unit)) return;
        ref readonly var info = ref _groups.Info[unit];
        ref readonly var group = ref _groups.Hot[unit];

        var seenWallNs = group.ActiveNs == long.MinValue || !_now.WallTrusted ? info.SeenWallNs
            : _now.WallNs - (_now.MonotonicNs - group.ActiveNs);
        var entry = new WindowEntry
        {
            Labels = _groups.Units.LabelsOf(unit),
            SizeNs = _sizeNs,
            IsCalendar = _grid.IsCalendar,
            Aggregate = _settings.Aggregate,
            MaxTimeNs = group.MaxTimeNs,
            EvictedEndNs = info.EvictedEndNs,
            SeenWallNs = seenWallNs,
        };
        WindowEntry.WriteHead(writer, entry, info.PaneCount);
        for (var p = info.Head; p >= 0; p = _panes.Items[p].Next)
        {
            ref readonly var pane = ref _panes.Items[p];
            WindowEntry.WritePane(writer, pane, _grid.IsCalendar ? _grid.EndOf(pane.StartNs) : null);
        }
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        if (!WindowEntry.TryRead(entry, formatVersion, out var read)) return false;
        if (read.IsRemoval)
        {
            var old = _groups.Units.Find(read.Labels!);
            if (old < 0) return true;
            Free(old);
            _groups.Release(old); // stages behind have entries of their own
            return true;
        }

        if (read.SizeNs != _sizeNs || !IsOnGrid(in read)) return false;
        var g = _groups.Open(read.Labels!, out _);
        Free(g);
        ref var group = ref _groups.Hot[g];
        ref var info = ref _groups.Info[g];
        group.MaxTimeNs = read.MaxTimeNs;
        group.Sources = _context.Sources;
        info.EvictedEndNs = read.EvictedEndNs;
        info.SeenWallNs = read.SeenWallNs;
        var last = -1;
        foreach (ref readonly var pane in read.Panes.AsSpan())
        {
            var p = Insert(ref info, last, pane.StartNs);
            var next = _panes.Items[p].Next;
            _panes.Items[p] = pane with { Next = next };
            last = p;
            NoteAct(ref group, pane);
            if (pane.IsClosed && pane.IsChanged) NoteCorrection(g);
        }

        Show();
        return true;
    }

    bool IsOnGrid(in WindowEntry read)
    {
        if (read.IsCalendar != _grid.IsCalendar) return false;
        for (var i = 0; i < read.Panes.Length && _grid.IsCalendar; i++)
            if (_grid.StartOf(read.Panes[i].StartNs) != read.Panes[i].StartNs || _grid.EndOf(read.Panes[i].StartNs) != read.EndOf(i))
                return false;
        return true;
    }
}
