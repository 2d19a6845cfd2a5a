using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary>Series id → dense group number, and the groups; their numbers are those of a <see cref="UnitTable"/>.</summary>
sealed class GroupTable(IReadOnlyList<string> by)
{
    int[] _groupOf = NewMap(64);

    /// <summary>Which group has which labels, and which changed.</summary>
    public UnitTable Units { get; } = new();

    /// <summary>Groups by number. Replaced when it grows: read again after anything that may add a group.</summary>
    public WindowGroup[] Hot { get; private set; } = new WindowGroup[16];

    /// <summary>The rest of the groups.</summary>
    public GroupInfo[] Info { get; private set; } = new GroupInfo[16];

    /// <summary>Numbers ever used.</summary>
    public int Limit => Units.Limit;

    /// <summary>Groups in use.</summary>
    public int Count => Units.Count;

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
        var group = Units.Open(labels, out isNew);
        if (!isNew) return group;
        if (group >= Hot.Length)
        {
            var (hot, info) = (Hot, Info);
            var length = Math.Max(2 * hot.Length, group + 1);
            Array.Resize(ref hot, length);
            Array.Resize(ref info, length);
            (Hot, Info) = (hot, info);
        }

        Hot[group] = WindowGroup.Empty;
        Info[group] = new GroupInfo { EvictedEndNs = long.MinValue, Head = -1 };
        return group;
    }

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
        Units.Release(group);
    }

    /// <summary>Notes a change.</summary>
    public void MarkDirty(int group) => Units.MarkDirty(group);

    static int[] NewMap(int length)
    {
        var map = new int[length];
        Array.Fill(map, -1);
        return map;
    }
}
