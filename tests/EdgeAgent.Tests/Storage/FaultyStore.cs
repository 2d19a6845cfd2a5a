using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;

namespace EdgeAgent.Tests.Storage;

/// <summary>A store in memory whose commits fail when told, and can be watched.</summary>
sealed class FaultyStore(IStore store) : IStore
{
    public FaultyStore() : this(new MemoryStore())
    {
    }

    /// <summary>The failure of the next commits; null for none.</summary>
    public StoreFailure? Failure { get; set; }

    /// <summary>Runs inside each commit, before its outcome.</summary>
    public Action<CommitBatch>? OnCommit { get; set; }

    public int Tries { get; private set; }

    public string StoreId => store.StoreId;

    public SalvageResult? Salvaged { get; init; }

    public bool IsFull => store.IsFull;

    public IEnumerable<StateRow> LoadState() => store.LoadState();

    public byte[]? LoadProgress(string source) => store.LoadProgress(source);

    public CommitResult Commit(CommitBatch batch)
    {
        Tries++;
        OnCommit?.Invoke(batch);
        if (Failure is { } failure) throw new StoreException(failure, $"the disk is {failure}");
        return store.Commit(batch);
    }

    public void Tidy() => store.Tidy();

    public void Bound(BufferSettings settings) => store.Bound(settings);

    public Segment? TryRead(Lane lane, long afterNumber) => store.TryRead(lane, afterNumber);

    public long ConfirmedThrough(Lane lane) => store.ConfirmedThrough(lane);

    public IReadOnlyList<LaneStatus> Status() => store.Status();

    public void Dispose() => store.Dispose();
}
