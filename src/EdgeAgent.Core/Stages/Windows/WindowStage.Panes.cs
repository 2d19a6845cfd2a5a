using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Stages.Windows;

/// <content>The windows of a group: opening, closing, giving way, telling.</content>
public sealed partial class WindowStage
{
    int FindOrAdd(ref WindowGroup group, ref GroupInfo info, int g, long startNs, bool isClosed, bool isFuture)
    {
        var before = -1;
        for (var p = info.Head; p >= 0 && _panes.Items[p].StartNs <= startNs; p = _panes.Items[p].Next)
        {
            if (_panes.Items[p].StartNs == startNs) return p;
            before = p;
        }

        if (isFuture && info.PaneCount >= _settings.MaxOpenPerGroup / 2) return -1;
        if (info.PaneCount >= _settings.MaxOpenPerGroup)
        {
            if (before < 0) return -1;
            if (before == info.Head) before = -1;
            Evict(g);
        }

        var added = Insert(ref info, before, startNs);
        ref var pane = ref _panes.Items[added];
        pane.IsClosed = isClosed;
        NoteAct(ref group, pane);
        return added;
    }

    int Insert(ref GroupInfo info, int before, long startNs)
    {
        var p = _panes.Take(startNs);
        ref var link = ref (before < 0 ? ref info.Head : ref _panes.Items[before].Next);
        _panes.Items[p].Next = link;
        link = p;
        info.PaneCount++;
        return p;
    }

    void Advance(int g)
    {
        ref var group = ref _groups.Hot[g];
        ref var info = ref _groups.Info[g];
        var watermarkNs = Watermark(group);
        group.LeaveFastPath();
        group.ActAtNs = long.MaxValue;
        var before = -1;
        for (var p = info.Head; p >= 0;)
        {
            ref var pane = ref _panes.Items[p];
            var next = pane.Next;
            var endNs = _grid.EndOf(pane.StartNs);
            if (!pane.IsClosed && endNs <= watermarkNs)
            {
                pane.IsClosed = true;
                if (pane.IsChanged) Emit(g, ref pane);
            }

            if (endNs + _latenessNs <= watermarkNs)
            {
                if (pane.IsChanged) Emit(g, ref pane);
                Unlink(ref info, before, p);
            }
            else
            {
                NoteAct(ref group, pane);
                before = p;
            }

            p = next;
        }
    }

    void Evict(int g)
    {
        ref var info = ref _groups.Info[g];
        var p = info.Head;
        ref var pane = ref _panes.Items[p];
        if (pane.IsChanged) Emit(g, ref pane);
        info.EvictedEndNs = _grid.EndOf(pane.StartNs);
        if (_groups.Hot[g].Pane == p) _groups.Hot[g].LeaveFastPath();
        Unlink(ref info, -1, p);
        _context.Counters.Evicted++;
        NoteBound(_groups.Units.LabelsOf(g));
    }

    void NoteBound(LabelSet labels)
    {
        if (!_context.Notices.Wants(NoticeKind.Evicted)) return;
        var text = $"A group holds {_settings.MaxOpenPerGroup} windows and needs one more; the oldest gave way, or the reading did if it "
            + "was older or from the future. Use longer windows, or a smaller `out_of_order` or `allowed_lateness`.";
        _context.Notices.Post(new PipelineNotice(NoticeKind.Evicted, labels, text));
    }

    void Unlink(ref GroupInfo info, int before, int p)
    {
        var next = _panes.Items[p].Next;
        if (before < 0) info.Head = next;
        else _panes.Items[before].Next = next;
        info.PaneCount--;
        _panes.Return(p);
    }

    void Free(int g)
    {
        ref var info = ref _groups.Info[g];
        while (info.Head >= 0) Unlink(ref info, -1, info.Head);
        _groups.Hot[g] = WindowGroup.Empty;
        info.HasCorrection = false;
    }

    void Release(int g)
    {
        EmitChanged(g, closedOnly: false);
        Free(g);
        var labels = _groups.Units.LabelsOf(g);
        _groups.Release(g);
        _next.Release(g, labels);
    }

    bool EmitChanged(int g, bool closedOnly)
    {
        var any = false;
        for (var p = _groups.Info[g].Head; p >= 0; p = _panes.Items[p].Next)
        {
            ref var pane = ref _panes.Items[p];
            if (!pane.IsChanged || (closedOnly && !pane.IsClosed)) continue;
            Emit(g, ref pane);
            any = true;
        }

        if (any) _groups.MarkDirty(g);
        return any;
    }

    void Emit(int g, ref Pane pane)
    {
        _summary.Begin(_groups.Units.LabelsOf(g), g, pane.StartNs, _grid.EndOf(pane.StartNs), pane.Revision,
            isPartial: _isPartial && !pane.IsClosed);
        if (_isPartial) _context.Counters.Shed++;
        pane.AddTo(_summary, _settings.Aggregate);
        pane.Revision++;
        pane.EmittedCount = pane.Count;
        _next.Take(_summary);
    }
}
