using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Status;
using EdgeAgent.Storage;

namespace EdgeAgent.Host;

/// <summary>Feeds stored state to the stages at a start: what fits no stage is dropped, what does not fit into memory is shed.</summary>
/// <remarks>
/// Open windows of settings that changed, and those that are shed, leave once, marked partial. Before any source or output runs.
/// </remarks>
sealed class Restoration(IStore store, PipelineSlot[] pipelines, CommitLoop commits, IClock clock, LogLimiter log)
{
    // Records that windows left behind are committed whenever so many wait: they are not all held in memory.
    const long MostWaitingBytes = 1 << 20;
    readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    long _units, _lostMemory, _lostWindows;

    /// <summary>What was shed.</summary>
    public ShedStatus Shed => new(_units, _lostMemory, _lostWindows);

    /// <summary>Restores <paramref name="state"/>, of which so many bytes have room.</summary>
    public void Run(StateLog state, long roomBytes, int maxLabelBytes)
    {
        var shedding = new StartShedding(store.LoadState(), roomBytes, maxLabelBytes);
        AdmitState admit = (stage, formatVersion, entry) => Admit(shedding, stage, formatVersion, entry);
        var restored = state.Restore(store.LoadState(), Drop, shedding.Count == 0 ? null : admit);
        if (shedding.Count > 0)
        {
            CommitRecords();
            log.Log.Warning(
                "Stored state of {Stored} KiB does not fit into {Room} KiB (agent.max_state_bytes, the cgroup's memory limit) or has "
                + "labels above agent.max_label_bytes: {Units} units that were written longest ago are not restored. Their windows leave "
                + "as partial summaries; lost: {Memory} units of other memory, {Windows} summaries that could not be stored",
                shedding.StoredBytes >> 10, shedding.RoomBytes >> 10, _units, _lostMemory, _lostWindows);
        }

        pipelines = []; // others may take their place: nothing here keeps them
        commits.Statistics.DroppedState = _dropped.Values.Sum();
        commits.Statistics.BadState = restored.Malformed;
        if (restored.Malformed > 0)
            log.Log.Warning("{Count} entries of stored state could not be read and were dropped", restored.Malformed);
        foreach (var stage in restored.UnmatchedStages)
        {
            if (_dropped.TryGetValue(stage, out var count))
                log.Log.Warning(
                    "The configuration changed: {Count} entries of the memory of stage {Stage:l} fit no stage any more and are dropped",
                    count, stage);
            else
                log.Log.Warning(
                    "The configuration changed: the memory of stage {Stage:l} no longer fits; its open windows leave once "
                    + "as partial summaries", stage);
        }
    }

    void Drop(string stage, int formatVersion, ReadOnlySpan<byte> entry)
    {
        if (PipelineOf(stage) is { } slot && slot.Pipeline.EmitPartial(stage, formatVersion, entry)) return;
        _dropped[stage] = _dropped.GetValueOrDefault(stage) + 1;
    }

    bool Admit(StartShedding shedding, string stage, int formatVersion, ReadOnlySpan<byte> entry)
    {
        if (shedding.Admits(stage, entry, out var isLast)) return true;
        if (!isLast) return false;
        _units++;
        var told = PipelineOf(stage) is { } slot ? slot.Pipeline.Shed(stage, formatVersion, entry) : -1;
        if (told < 0) _lostMemory++;
        if (pipelines.Sum(s => s.WaitingBytes) > MostWaitingBytes) CommitRecords();
        return false;
    }

    void CommitRecords() => _lostWindows += commits.CommitRecords(pipelines, clock.Now.WallNs);

    /// <summary>The pipeline whose name stands before the key of a stage; null when there is none of that name any more.</summary>
    PipelineSlot? PipelineOf(string stage)
    {
        var name = stage[..Math.Max(0, stage.IndexOf('/'))];
        return Array.Find(pipelines, slot => slot.Pipeline.Settings.Name == name);
    }
}
