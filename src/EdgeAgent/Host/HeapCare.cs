using System.Runtime;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Host;

/// <summary>Collects all generations when a small heap has grown, so that what filled it once does not stay in memory.</summary>
/// <remarks>
/// Buffers that grew to their size and memory of messages that are long acknowledged reach the oldest generation, which the collector
/// leaves alone until it is much larger. A collection of so small a heap takes some milliseconds; it comes when the heap has grown by a
/// quarter, and by <see cref="GrowthBytes"/>, at most once a second. A large heap is left to the collector. Commit thread.
/// </remarks>
sealed class HeapCare
{
    const long GrowthBytes = 3 << 20;
    const long LargeBytes = 48 << 20;
    const long GapNs = 1_000_000_000;
    int _collections;
    long _afterBytes;
    long _notBeforeNs;

    /// <summary>Looks whether it is time.</summary>
    public void AtRest(MonotonicTime now)
    {
        var collections = GC.CollectionCount(1);
        if (collections == _collections || now.Ns < _notBeforeNs) return;
        (_collections, _notBeforeNs) = (collections, now.Ns + GapNs);
        var bytes = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
        if (bytes > LargeBytes || bytes < _afterBytes + Math.Max(GrowthBytes, _afterBytes / 4)) return;
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _collections = GC.CollectionCount(1);
        _afterBytes = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }
}
