using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary>Open windows found in the store under a configuration that is no more; each is told of once, as <c>partial</c>.</summary>
/// <remarks>Entries of a group replace earlier ones, so all of them are gathered before the first is emitted.</remarks>
sealed class PartialWindows(string pipeline, PipelineRecords records)
{
    readonly SortedDictionary<(string Fingerprint, string Labels), WindowEntry> _entries = [];
    readonly Summary _summary = new();

    /// <summary>Takes one entry; false when it is not a window's or is malformed.</summary>
    public bool TryAdd(string stageKey, int formatVersion, ReadOnlySpan<byte> entry)
    {
        if (Fingerprint.FromStageKey(stageKey) is not { } fingerprint) return false;
        if (!WindowEntry.TryRead(entry, formatVersion, out var read)) return false;
        var key = (fingerprint, read.Labels!.Canonical);
        if (read.IsRemoval) _entries.Remove(key);
        else _entries[key] = read;
        return true;
    }

    /// <summary>Writes the summaries of one entry at once; the number of them, or −1 when it is not a window's.</summary>
    public int TellOne(string stageKey, int formatVersion, ReadOnlySpan<byte> entry)
    {
        if (Fingerprint.FromStageKey(stageKey) is not { } fingerprint || !WindowEntry.TryRead(entry, formatVersion, out var read))
            return -1;
        return read.IsRemoval ? 0 : Tell(fingerprint, read);
    }

    /// <summary>Writes one summary for each window that has something untold, in a fixed order.</summary>
    public void Emit()
    {
        foreach (var ((fingerprint, _), entry) in _entries) Tell(fingerprint, entry);
        _entries.Clear();
    }

    int Tell(string fingerprint, in WindowEntry entry)
    {
        var identity = new RecordIdentity(pipeline, fingerprint);
        RecordHead? head = null;
        var told = 0;
        for (var i = 0; i < entry.Panes.Length; i++)
        {
            ref readonly var pane = ref entry.Panes[i];
            if (!pane.IsChanged) continue;
            head ??= records.Encoder.HeadOf(entry.Labels!);
            _summary.Begin(entry.Labels!, -1, pane.StartNs, entry.EndOf(i), pane.Revision, isPartial: true);
            pane.AddTo(_summary, entry.Aggregate);
            records.Write(identity, head, _summary);
            told++;
        }

        return told;
    }
}
