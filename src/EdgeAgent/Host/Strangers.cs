using EdgeAgent.Core.Settings;
using EdgeAgent.Logs;
using EdgeAgent.Status;
using EdgeAgent.Storage;

namespace EdgeAgent.Host;

/// <summary>What the buffer holds for outputs that are not configured: told of at the start, and shown.</summary>
sealed class Strangers(IStore store, Func<IReadOnlyList<OutputSettings>> outputs)
{
    /// <summary>A look, by name. Any thread; asks the store.</summary>
    public IReadOnlyList<StrangerStatus> Status() => Of(outputs());

    IReadOnlyList<StrangerStatus> Of(IReadOnlyList<OutputSettings> configured) =>
    [
        .. store.Status()
            .Where(lane => lane.Records > 0 && !configured.Any(o => lane.Lane.IsOf(o.Name)))
            .GroupBy(lane => lane.Lane.Output)
            .OrderBy(of => of.Key, StringComparer.Ordinal)
            .Select(of => new StrangerStatus(of.Key, of.Sum(l => l.Records), of.Sum(l => l.Bytes), of.Sum(l => l.DroppedTotal))),
    ];

    /// <summary>Warns of each.</summary>
    public void Warn(LogLimiter log)
    {
        foreach (var stranger in Status())
            log.Log.Warning(
                "The buffer holds {Count} records for output {Output:l}, which is not configured; they take room of buffer.max_size "
                + "and leave when an output of that name is back", stranger.BacklogRecords, stranger.Name);
    }
}
