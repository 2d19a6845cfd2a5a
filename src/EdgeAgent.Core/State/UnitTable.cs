using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.State;

/// <summary>The numbers of a stage's units: which labels have which, what changed since the last cut,
/// and when a number may be given again.</summary>
/// <remarks>
/// <para>One for every stage with memory, so that the rules of <see cref="IStageState"/> are kept in one place. A unit is</para>
/// <list type="table">
/// <item><term>here</term><description>its number and labels belong together;
/// <see cref="IStageState.WriteUnit"/> writes its memory</description></item>
/// <item><term>gone</term><description>released; it writes its removal.
/// The same labels coming back take the same number</description></item>
/// <item><term>free</term><description>its removal was handed out and the next <see cref="TakeDirty"/> came without a failed commit
/// between; it writes nothing, and the number can go to other labels</description></item>
/// </list>
/// <para>Units are found by labels (<see cref="Open(LabelSet, out bool)"/>: groups), or the owner brings the number (<see cref="OpenAt"/>:
/// series, whose ids the <see cref="SeriesTable"/> does not give again before the removal is durable).
/// Marking a unit costs a look at one byte. Single-threaded.</para>
/// </remarks>
sealed class UnitTable
{
    [Flags]
    enum Mark : byte
    {
        None = 0,
        Here = 1,
        Gone = 2,
        Dirty = 4,
    }

    readonly Dictionary<LabelSet, int> _numbers = [];
    readonly Stack<int> _free = new();
    readonly List<int> _dirty = [];
    readonly List<int> _handedOut = [];
    LabelSet?[] _labels = new LabelSet?[16];
    Mark[] _marks = new Mark[16];

    /// <summary>One more than the highest number ever used.</summary>
    public int Limit { get; private set; }

    /// <summary>Units that are here.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the unit has memory.</summary>
    public bool IsHere(int unit) => (uint)unit < (uint)Limit && (_marks[unit] & Mark.Here) != 0;

    /// <summary>Whether the unit's removal is still to be written.</summary>
    public bool IsGone(int unit) => (uint)unit < (uint)Limit && (_marks[unit] & Mark.Gone) != 0;

    /// <summary>Labels of a unit that is here or gone.</summary>
    public LabelSet LabelsOf(int unit) => _labels[unit]!;

    /// <summary>The unit with these labels, or −1.</summary>
    public int Find(LabelSet labels) => _numbers.TryGetValue(labels, out var unit) && IsHere(unit) ? unit : -1;

    /// <summary>The unit with these labels, made if there is none: <paramref name="isNew"/>, and the owner gives it empty memory.</summary>
    public int Open(LabelSet labels, out bool isNew)
    {
        if (_numbers.TryGetValue(labels, out var unit))
        {
            isNew = !IsHere(unit);
        }
        else
        {
            isNew = true;
            if (!_free.TryPop(out unit)) unit = Limit;
            _numbers.Add(labels, unit);
        }

        if (isNew) Take(unit, labels);
        return unit;
    }

    /// <summary>Opens a unit whose number the owner brings. Its labels are those it had, or the number is free.</summary>
    public void OpenAt(int unit, LabelSet labels)
    {
        if (!IsHere(unit)) Take(unit, labels);
    }

    /// <summary>Gives a unit up: its removal is written until that is durable.</summary>
    public void Release(int unit)
    {
        if (!IsHere(unit)) return;
        _marks[unit] = (_marks[unit] & ~Mark.Here) | Mark.Gone;
        Count--;
        MarkDirty(unit);
    }

    /// <summary>Notes a change.</summary>
    public void MarkDirty(int unit)
    {
        ref var mark = ref _marks[unit];
        if ((mark & Mark.Dirty) != 0) return;
        mark |= Mark.Dirty;
        _dirty.Add(unit);
    }

    /// <summary>As <see cref="MarkDirty(int)"/> for those of a failed commit, numbered from <paramref name="first"/> on.</summary>
    public void MarkDirty(ReadOnlySpan<int> units, int first = 0)
    {
        foreach (var unit in units)
            if (unit >= first) MarkDirty(unit - first);
    }

    /// <summary>Adds the numbers of changed units, each plus <paramref name="first"/>;
    /// frees those whose removal was handed out before and not marked again.</summary>
    public void TakeDirty(List<int> units, int first = 0)
    {
        foreach (var unit in _handedOut)
        {
            ref var mark = ref _marks[unit];
            if ((mark & (Mark.Gone | Mark.Dirty)) != Mark.Gone) continue;
            if (_numbers.Remove(_labels[unit]!)) _free.Push(unit);
            (_labels[unit], mark) = (null, Mark.None);
        }

        _handedOut.Clear();
        foreach (var unit in _dirty)
        {
            _marks[unit] &= ~Mark.Dirty;
            if ((_marks[unit] & Mark.Gone) != 0) _handedOut.Add(unit);
            units.Add(unit + first);
        }

        _dirty.Clear();
    }

    void Take(int unit, LabelSet labels)
    {
        if (unit >= _marks.Length)
        {
            var length = Math.Max(2 * _marks.Length, unit + 1);
            Array.Resize(ref _marks, length);
            Array.Resize(ref _labels, length);
        }

        Limit = Math.Max(Limit, unit + 1);
        _labels[unit] = labels;
        _marks[unit] = (_marks[unit] & Mark.Dirty) | Mark.Here;
        Count++;
    }
}
