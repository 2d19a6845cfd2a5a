using EdgeAgent.Core.Readings;

namespace EdgeAgent.Flow;

/// <summary>When the readings came that alerts were made of, from the cut that took the alerts until they are handed over. Any thread.
/// </summary>
/// <remarks>A cut is known by its wall time, which its segments carry. Of one cut the earliest arrival counts. Cuts before the start, and
/// all but the last <see cref="Most"/>, are not known: what waits for longer is told by the age of the backlog.</remarks>
public sealed class AlertArrivals
{
    /// <summary>Cuts remembered.</summary>
    public const int Most = 256;

    readonly Dictionary<long, MonotonicTime> _cuts = [];
    readonly Queue<long> _order = new();

    /// <summary>A cut at <paramref name="cutAtNs"/> takes alerts of readings that came at <paramref name="arrived"/> or later.</summary>
    public void Note(long cutAtNs, MonotonicTime arrived)
    {
        lock (_cuts)
        {
            if (!_cuts.TryAdd(cutAtNs, arrived)) return;
            _order.Enqueue(cutAtNs);
            if (_order.Count > Most) _cuts.Remove(_order.Dequeue());
        }
    }

    /// <summary>When the readings of a cut came; null for one that is not known.</summary>
    public MonotonicTime? Of(long cutAtNs)
    {
        lock (_cuts) return _cuts.TryGetValue(cutAtNs, out var arrived) ? arrived : null;
    }
}
