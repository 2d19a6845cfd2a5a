namespace EdgeAgent.Core.State;

/// <summary>What a stage remembers, as dense units (usually groups) that are written one by one.</summary>
/// <remarks>
/// The host writes dirty units at each cut as one appended row, and by a cleaning hand rewrites clean ones so that old
/// rows can be deleted; a later entry of a unit replaces an earlier one. A unit number is only good within one process:
/// an entry is self-contained and carries the unit's labels. Single-threaded, under closed gates.
/// <para>Rules for a forgotten unit, so that a removal neither is lost nor kills a successor: its number is free for other labels
/// only when a <see cref="TakeDirty"/> comes after the one that reported it with no <see cref="MarkDirty"/> of it between;
/// labels that come back before that take the same unit again; a free number writes nothing at all.</para>
/// </remarks>
public interface IStageState
{
    /// <summary>Units in use or once used; numbers run from 0 to this minus 1.</summary>
    int UnitCount { get; }

    /// <summary>Version of the entry format, written beside the entries.</summary>
    int FormatVersion { get; }

    /// <summary>Moves the numbers of all units changed since the last call into <paramref name="units"/>,
    /// forgotten ones included.</summary>
    void TakeDirty(List<int> units);

    /// <summary>Marks units dirty again after a failed commit.</summary>
    void MarkDirty(ReadOnlySpan<int> units);

    /// <summary>Writes one unit. A forgotten unit writes an entry that removes it on restore, a free number nothing.</summary>
    void WriteUnit(int unit, StateWriter writer);

    /// <summary>Whether the entry that <see cref="WriteUnit"/> writes now removes the unit, so that a later entry under its number, which
    /// may have other labels, does not stand for it.</summary>
    /// <remarks>A stage that does not say gets all its entries kept.</remarks>
    bool WritesRemoval(int unit) => true;

    /// <summary>Takes one entry written by <see cref="WriteUnit"/>; a removal entry drops the unit. Before any reading.</summary>
    /// <returns>False when the entry is malformed or of an unknown version; it is then dropped and counted.</returns>
    bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion);
}
