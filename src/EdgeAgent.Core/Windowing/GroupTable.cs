using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Windowing;

/// <summary>Series id → dense group number, the groups, and which of them changed since the last cut.</summary>
/// <remarks>
/// A released group keeps its number and name until its removal was handed out and not marked dirty again by a failed
/// commit; the same labels coming back before that get the same number, so one name never stands under two numbers.
/// </remarks>
sealed class GroupTable(IReadOnlyList<string> by)
{
    readonly Dictionary<LabelSet, int> _numbers = [];
    readonly Stack<int> _free = new();
    readonly List<int> _dirty = [];
    readonly List<int> _handedOut = [];
    int[] _groupOf = NewMap(64);

    /// <summary>Groups by number. Replaced when it grows: read again after anything that may add a group.</summary>
    public WindowGroup[] Hot { get; private set; } = new WindowGroup[16];

    /// <summary>The rest of the groups.</summary>
    public GroupInfo[] Info { get; private set; } = new GroupInfo[16];

    /// <summary>Numbers ever used.</summary>
    public int Limit { get; private set; }

    /// <summary>Groups in use.</summary>
    public int Count { get; private set; }

    /// <summary>Group of each series, −1 for not yet known; at least <paramref name="idLimit"/> long.</summary>
    public int[] Map(int idLimit)
    {
        if (_groupOf.Length < idLimit)
        {
            var map = NewMap(Math.Max(2 * _groupOf.Length, idLimit));
            _groupOf.CopyTo(map, 0);
            _groupOf = map;
        }

        return _groupOf;
    }

    /// <summary>The group of a series with <paramref name="labels"/>, made if new.</summary>
    public int Assign(int series, LabelSet labels, out bool isNew)
    {
        var group = Open(labels.Select(by), out isNew);
        _groupOf[series] = group;
        Info[group].SeriesCount++;
        return group;
    }

    /// <summary>The group with these labels, made if new.</summary>
    public int Open(LabelSet labels, out bool isNew)
    {
        isNew = !_numbers.TryGetValue(labels, out var group);
        if (isNew)
        {
            if (!_free.TryPop(out group)) group = Add();
            _numbers.Add(labels, group);
        }
        else if (Info[group].IsReleased) isNew = true;

        if (!isNew) return group;
        Hot[group] = WindowGroup.Empty;
        Info[group] = new GroupInfo { Labels = labels, EvictedEndNs = long.MinValue, Head = -1, IsDirty = Info[group].IsDirty };
        Count++;
        return group;
    }

    /// <summary>The group with these labels, or −1.</summary>
    public int Find(LabelSet labels) => _numbers.TryGetValue(labels, out var group) && !Info[group].IsReleased ? group : -1;

    /// <summary>Undoes <see cref="Assign"/>; true when it was the group's last series.</summary>
    public bool Unassign(int series, out int group)
    {
        group = (uint)series < (uint)_groupOf.Length ? _groupOf[series] : -1;
        if (group < 0) return false;
        _groupOf[series] = -1;
        return --Info[group].SeriesCount == 0;
    }

    /// <summary>Gives a group up; its panes are gone already.</summary>
    public void Release(int group)
    {
        Hot[group] = WindowGroup.Empty;
        Info[group].IsReleased = true;
        Count--;
        MarkDirty(group);
    }

    /// <summary>Notes a change.</summary>
    public void MarkDirty(int group)
    {
        ref var info = ref Info[group];
        if (info.IsDirty) return;
        info.IsDirty = true;
        _dirty.Add(group);
    }

    /// <summary>Moves the changed numbers into <paramref name="units"/>.</summary>
    public void TakeDirty(List<int> units)
    {
        foreach (var group in _handedOut)
        {
            ref var info = ref Info[group];
            if (!info.IsReleased || info.IsDirty) continue;
            _numbers.Remove(info.Labels!);
            info = default;
            _free.Push(group);
        }

        _handedOut.Clear();
        foreach (var group in _dirty)
        {
            Info[group].IsDirty = false;
            if (Info[group].IsReleased) _handedOut.Add(group);
        }

        units.AddRange(_dirty);
        _dirty.Clear();
    }

    int Add()
    {
        var group = Limit++;
        if (group < Hot.Length) return group;
        var (hot, info) = (Hot, Info);
        Array.Resize(ref hot, 2 * group);
        Array.Resize(ref info, 2 * group);
        (Hot, Info) = (hot, info);
        return group;
    }

    static int[] NewMap(int length)
    {
        var map = new int[length];
        Array.Fill(map, -1);
        return map;
    }
}
