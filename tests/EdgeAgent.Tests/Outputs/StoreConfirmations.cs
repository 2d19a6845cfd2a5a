using EdgeAgent.Outputs;
using EdgeAgent.Storage;

namespace EdgeAgent.Tests.Outputs;

/// <summary>Commits what outputs confirm, at once, and lets a test wait for what the store then holds.</summary>
sealed class StoreConfirmations(IStore store) : IConfirmations
{
    static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);
    readonly object _lock = new();
    readonly List<RejectedRecord> _rejected = [];

    public int Rejects
    {
        get { lock (_lock) return _rejected.Count; }
    }

    public void Confirmed(Lane lane, long firstNumber, long throughNumber) => Moved(lane, firstNumber, throughNumber, []);

    public void Moved(Lane lane, long firstNumber, long throughNumber, IReadOnlyList<MovedRecords> records)
    {
        lock (_lock)
        {
            var batch = new CommitBatch { CutAtNs = 1 };
            batch.Confirmed.Add((lane, throughNumber));
            batch.Sent.Add((lane, firstNumber, throughNumber));
            foreach (var moved in records) batch.Records.Add((moved.To, moved.Count, moved.Bytes));
            store.Commit(batch);
            Monitor.PulseAll(_lock);
        }
    }

    public void Rejected(RejectedRecord record)
    {
        lock (_lock) _rejected.Add(record);
    }

    /// <summary>Waits until the lanes of the store, by name, hold so many records; false when it hangs.</summary>
    public bool Wait(params (string Lane, long Records)[] wanted)
    {
        lock (_lock)
        {
            while (true)
            {
                var held = store.Status();
                if (wanted.All(w => held.Where(lane => lane.Lane.Output == w.Lane).Sum(lane => lane.Records) == w.Records)) return true;
                if (!Monitor.Wait(_lock, s_guard)) return false;
            }
        }
    }
}
