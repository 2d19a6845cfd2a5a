using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Flow;

/// <summary>Records cut from the pipelines and not yet committed, lane by lane; a failed commit leaves them for the next.</summary>
/// <remarks>Commit thread only. Keeps its memory from cut to cut.</remarks>
sealed class PendingRecords
{
    readonly Dictionary<Lane, Pending> _lanes = [];

    /// <summary>Bytes waiting.</summary>
    public long Bytes { get; private set; }

    /// <summary>Moves the records of <paramref name="from"/> to the end of the lane; <paramref name="from"/> is left empty.</summary>
    public void Take(Lane lane, LaneBuffer from)
    {
        if (from.Count == 0) return;
        if (!_lanes.TryGetValue(lane, out var pending)) _lanes[lane] = pending = new Pending();
        pending.Append(from.Bytes, from.Count);
        Bytes += from.Length;
        from.Clear();
    }

    /// <summary>Adds what waits to a batch, which borrows the memory.</summary>
    public void AddTo(CommitBatch batch)
    {
        foreach (var (lane, pending) in _lanes)
            if (pending.Count > 0) batch.Records.Add((lane, pending.Count, pending.Bytes));
    }

    /// <summary>What waited is durable.</summary>
    public void Clear()
    {
        foreach (var pending in _lanes.Values) pending.Clear();
        Bytes = 0;
    }

    sealed class Pending
    {
        byte[] _bytes = new byte[4096];
        int _length;

        public int Count { get; private set; }

        public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

        public void Append(ReadOnlySpan<byte> bytes, int count)
        {
            if (_length + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes.Length));
            bytes.CopyTo(_bytes.AsSpan(_length));
            _length += bytes.Length;
            Count += count;
        }

        public void Clear()
        {
            (_length, Count) = (0, 0);
            if (_bytes.Length > 1 << 20) _bytes = new byte[4096];
        }
    }
}
