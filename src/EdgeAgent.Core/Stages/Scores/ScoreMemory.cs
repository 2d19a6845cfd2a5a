using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>What a score stage keeps: a unit for each series or group, and in unit 0 its own memory of drift.</summary>
/// <remarks>An index is that of <see cref="Table"/>; its unit of state is the index + 1. How an entry is written is the stage's.
/// Single-threaded.</remarks>
sealed class ScoreMemory(DriftWatch drift)
{
    const int UnitsAt = 1;

    /// <summary>Which index is which series or group, and what changed.</summary>
    public UnitTable Table { get; } = new();

    /// <summary>Memory by index; null where there is none. As long as the last <see cref="Grow"/> asked, or longer.</summary>
    public ScoreUnit?[] Units { get; private set; } = new ScoreUnit?[64];

    /// <summary>Units of state, drift's included.</summary>
    public int UnitCount => UnitsAt + Table.Limit;

    /// <summary>Alerts that are open. Any thread; a number a moment old.</summary>
    public int OpenAlerts
    {
        get
        {
            var (open, units) = (0, Units);
            foreach (var unit in units)
                if (unit?.Alert is { IsOpen: true }) open++;
            return open;
        }
    }

    /// <summary>Makes room for as many indexes.</summary>
    public void Grow(int count)
    {
        if (Units.Length >= count) return;
        var units = Units;
        Array.Resize(ref units, Math.Max(2 * units.Length, count));
        Units = units;
    }

    /// <summary>Forgets what is at <paramref name="index"/>.</summary>
    public void Drop(int index)
    {
        Units[index] = null;
        Table.Release(index);
    }

    /// <inheritdoc cref="IStageState.TakeDirty"/>
    public void TakeDirty(List<int> units)
    {
        if (drift.IsDirty) units.Add(0);
        drift.IsDirty = false;
        Table.TakeDirty(units, UnitsAt);
    }

    /// <inheritdoc cref="IStageState.MarkDirty"/>
    public void MarkDirty(ReadOnlySpan<int> units)
    {
        drift.IsDirty |= units.Contains(0);
        Table.MarkDirty(units, UnitsAt);
    }

    /// <inheritdoc cref="IStageState.WritesRemoval"/>
    public bool WritesRemoval(int unit) => unit >= UnitsAt && Table.IsGone(unit - UnitsAt);

    /// <summary>Writes unit 0 whole. For another one gives its index, and whether it is there or gone;
    /// false when nothing is to be written.</summary>
    public bool TryBegin(int unit, StateWriter writer, out int index, out bool isHere)
    {
        index = unit - UnitsAt;
        isHere = unit != 0 && Table.IsHere(index);
        if (unit == 0) drift.Write(writer);
        return isHere || (unit != 0 && Table.IsGone(index));
    }
}
