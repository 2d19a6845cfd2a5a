using EdgeAgent.Storage;
using System.Text;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Tests.Storage;

/// <summary>The store's twin in memory: the same promises, kept until the process ends.</summary>
/// <remarks>Written as plainly as possible; the contract suite and a random comparison hold it
/// equal to <see cref="SqliteStore"/>.</remarks>
public sealed class MemoryStore(long maxSizeBytes = long.MaxValue, OverflowPolicy onFull = OverflowPolicy.Block) : IStore
{
    sealed class LaneMemory
    {
        public long Next = 1, Confirmed, Dropped, Rejected, DroppedFirst, DroppedLast = -1;
        public readonly List<Segment> Segments = [];
    }

    readonly Lock _gate = new();
    readonly Dictionary<Lane, LaneMemory> _lanes = [];
    readonly List<RejectedRecord> _rejected = [];
    readonly SortedDictionary<string, SortedDictionary<long, StateRow>> _state = new(StringComparer.Ordinal);
    readonly Dictionary<string, byte[]> _progress = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string StoreId { get; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public bool IsFull
    {
        get
        {
            lock (_gate) return onFull == OverflowPolicy.Block && Size() >= maxSizeBytes - maxSizeBytes / 8;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StateRow> LoadState()
    {
        lock (_gate) return _state.Values.SelectMany(rows => rows.Values).ToList();
    }

    /// <inheritdoc/>
    public byte[]? LoadProgress(string source)
    {
        lock (_gate) return _progress.GetValueOrDefault(source);
    }

    /// <inheritdoc/>
    public void Bound(BufferSettings settings)
    {
        lock (_gate) (maxSizeBytes, onFull) = (settings.MaxSizeBytes, settings.OnFull);
    }

    /// <inheritdoc/>
    public void Tidy()
    {
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitBatch batch)
    {
        lock (_gate)
        {
            foreach (var (stage, below) in batch.DeleteState) DeleteState(stage, below);
            foreach (var row in batch.State) AppendState(row);
            foreach (var (source, progress) in batch.Progress) _progress[source] = progress.ToArray();
            foreach (var (lane, through) in batch.Confirmed) Confirm(lane, through);
            foreach (var (lane, first, through) in batch.Sent) Sent(lane, first, through);
            foreach (var rejected in batch.Rejected) Reject(rejected);
            var dropped = new Dictionary<Lane, long>();
            foreach (var (lane, count, bytes) in batch.Records.Where(r => r.Count > 0).OrderByDescending(r => r.Lane.Priority))
                Append(lane, count, bytes.Span, batch.CutAtNs, dropped);
            return dropped.Count == 0 ? CommitResult.NothingDropped : new CommitResult(dropped.Select(d => (d.Key, d.Value)).ToArray());
        }
    }

    /// <inheritdoc/>
    public Segment? TryRead(Lane lane, long afterNumber)
    {
        lock (_gate)
            return _lanes.GetValueOrDefault(lane) is { } memory
                ? memory.Segments.Find(s => s.LastNumber > Math.Max(afterNumber, memory.Confirmed))
                : null;
    }

    /// <inheritdoc/>
    public long ConfirmedThrough(Lane lane)
    {
        lock (_gate) return _lanes.GetValueOrDefault(lane)?.Confirmed ?? 0;
    }

    /// <inheritdoc/>
    public IReadOnlyList<LaneStatus> Status()
    {
        lock (_gate)
            return _lanes.Select(
                l => new LaneStatus(l.Key, l.Value.Next - 1 - l.Value.Confirmed, l.Value.Segments.Sum(s => (long)s.Bytes.Length),
                    l.Value.Segments.FirstOrDefault()?.CommittedAtNs ?? 0, l.Value.Dropped, l.Value.Rejected)).ToList();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    void DeleteState(string stage, long below)
    {
        if (!_state.TryGetValue(stage, out var rows)) return;
        foreach (var sequence in rows.Keys.Where(k => k < below).ToList()) rows.Remove(sequence);
        if (below == long.MaxValue) _state.Remove(stage);
    }

    void AppendState(StateRow row)
    {
        if (!_state.TryGetValue(row.Stage, out var rows)) _state.Add(row.Stage, rows = []);
        rows[row.Sequence] = row with { Bytes = row.Bytes.ToArray() };
    }

    void Confirm(Lane lane, long through)
    {
        if (!_lanes.TryGetValue(lane, out var memory)) return;
        memory.Confirmed = Math.Max(memory.Confirmed, Math.Min(through, memory.Next - 1));
        memory.Segments.RemoveAll(s => s.LastNumber <= memory.Confirmed);
    }

    void Sent(Lane lane, long first, long through)
    {
        if (!_lanes.TryGetValue(lane, out var memory)) return;
        var overlap = Math.Min(through, memory.DroppedLast) - Math.Max(first, memory.DroppedFirst) + 1;
        if (overlap <= 0) return;
        memory.Dropped -= overlap;
        memory.DroppedFirst = through + 1;
    }

    void Reject(RejectedRecord rejected)
    {
        LaneOf(rejected.Lane).Rejected++;
        if (Size(rejected) > maxSizeBytes / 8) return;
        _rejected.Add(rejected with { Payload = [.. rejected.Payload] });
        while (_rejected.Sum(Size) > maxSizeBytes / 8) _rejected.RemoveAt(0);
    }

    void Append(Lane lane, int count, ReadOnlySpan<byte> records, long atNs, Dictionary<Lane, long> dropped)
    {
        var memory = LaneOf(lane);
        while (count > 0)
        {
            var bytes = Segments.TakeFirst(ref records, ref count, out var taken);
            if (MakeRoom(lane, bytes.Length + Segments.OverheadBytes, dropped))
            {
                memory.Segments.Add(new Segment(lane, memory.Next, taken, atNs, bytes.ToArray()));
                memory.Next += taken;
            }
            else
            {
                Drop(lane, taken, dropped);
            }
        }
    }

    bool MakeRoom(Lane lane, long size, Dictionary<Lane, long> dropped)
    {
        var limit = onFull == OverflowPolicy.Block ? maxSizeBytes - maxSizeBytes / 8 : maxSizeBytes;
        while (Size() + size > limit && _rejected.Count > 0) _rejected.RemoveAt(0);
        if (Size() + size <= limit || onFull == OverflowPolicy.Block) return true;
        var upTo = onFull == OverflowPolicy.DropNewest ? lane.Priority - 1 : lane.Priority;
        var above = _lanes.Where(l => l.Key.Priority > upTo).Sum(l => l.Value.Segments.Sum(SizeOf));
        if (size + above > limit) return false;
        while (Size() + size > limit)
        {
            var victims = _lanes.Where(l => l.Value.Segments.Count > 0 && l.Key.Priority <= upTo)
                .OrderBy(l => l.Key.Priority).ThenBy(
                    l => l.Value.Segments[0].CommittedAtNs).ThenBy(l => l.Key.Output, StringComparer.Ordinal).ToList();
            var (victim, memory) = victims[0];
            Drop(victim, memory.Segments[0].LastNumber - memory.Confirmed, dropped);
            if (memory.DroppedLast != memory.Confirmed) memory.DroppedFirst = memory.Confirmed + 1;
            memory.Confirmed = memory.DroppedLast = memory.Segments[0].LastNumber;
            memory.Segments.RemoveAt(0);
        }

        return true;
    }

    void Drop(Lane lane, long count, Dictionary<Lane, long> dropped)
    {
        LaneOf(lane).Dropped += count;
        dropped[lane] = dropped.GetValueOrDefault(lane) + count;
    }

    LaneMemory LaneOf(Lane lane)
    {
        if (!_lanes.TryGetValue(lane, out var memory)) _lanes.Add(lane, memory = new LaneMemory());
        return memory;
    }

    long Size() => _lanes.Values.Sum(l => l.Segments.Sum(SizeOf)) + _rejected.Sum(Size);

    static long SizeOf(Segment segment) => segment.Bytes.Length + Segments.OverheadBytes;

    static long Size(RejectedRecord rejected) =>
        rejected.Payload.Length + rejected.Head.Length + Encoding.UTF8.GetByteCount(rejected.Reason) + Segments.OverheadBytes;
}
