using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>A store under random work of small and large commits, with a copy of its files after each sync.</summary>
sealed class PowerCutRun : IDisposable
{
    public const long MaxBytes = 1 << 20;

    /// <summary>The files as they were synced, and what a store on them holds.</summary>
    /// <param name="Database">The database.</param>
    /// <param name="Log">Its write-ahead log.</param>
    /// <param name="Commits">The file of commits as it was last synced.</param>
    /// <param name="Written">The same with what was written since.</param>
    /// <param name="Contents">What was committed.</param>
    /// <param name="UnderWay">The same with the commit under way: it may be found whole before anyone was told.</param>
    public sealed record Copy(byte[] Database, byte[] Log, byte[] Commits, byte[] Written, List<string> Contents, List<string> UnderWay);

    static readonly Lane[] Lanes = [new("central", 0), new("local", 5)];

    readonly TempDirectory _directory = new();
    readonly MemoryStore _twin;
    readonly SqliteStore _store;
    readonly FakeStage _stage = new();
    readonly StateLog _log;
    List<string> _contents = [];
    List<string> _underWay = [];
    byte[] _commits;
    int _step;

    public PowerCutRun(int seed)
    {
        Random = new Random(seed);
        OnFull = (OverflowPolicy)(seed % 3);
        _twin = new MemoryStore(MaxBytes, OnFull);
        _store = SqliteStore.Open(StoreModelTests.Options(_directory.Path, MaxBytes, OnFull) with { GiveBackBytes = 32 << 10 });
        _log = new StateLog([("fake", _stage)]);
        _log.Restore([], (_, _, _) => { });
        _contents = _underWay = Contents(_twin, _stage.Values);
        _commits = Read("edge-agent.db-commits");
        Note();
        _store.Synced = Note;
        _store.RecordSynced = NoteRecord;
    }

    public Random Random { get; }

    public OverflowPolicy OnFull { get; }

    public List<Copy> Copies { get; } = [];

    /// <summary>How often the database was made smaller.</summary>
    public int GivenBack { get; private set; }

    /// <summary>One commit; now and then what the commit thread does besides.</summary>
    public void Step()
    {
        var batch = new CommitBatch { CutAtNs = ++_step };
        for (var i = Random.Next(30); i > 0; i--)
        {
            var label = $"label-{Random.Next(40)}";
            if (Random.Next(4) == 0) _stage.Forget(label);
            else _stage.Set(label, new string((char)('a' + Random.Next(26)), Random.Next(60)));
        }

        _log.Cut(batch);
        var drains = Random.Next(6) == 0;
        if (Random.Next(4) == 0) batch.Progress.Add(($"source-{Random.Next(3)}", StoreCase.Payload(_step, Random.Next(3000))));
        foreach (var lane in Lanes)
        {
            var confirmed = _twin.ConfirmedThrough(lane);
            var waiting = (int)(_twin.Status().FirstOrDefault(s => s.Lane == lane)?.Records ?? 0);
            if (drains) batch.Confirmed.Add((lane, confirmed + waiting));
            else if (Random.Next(3) == 0) batch.Confirmed.Add((lane, confirmed + Random.Next(waiting + 1)));
            if (drains || Random.Next(3) == 0) continue;
            var count = Random.Next(1, 12);
            batch.Records.Add((lane, count, StoreCase.Records(count, 100 * _step, Random.Next(Random.Next(5) == 0 ? 20_000 : 300))));
        }

        if (Random.Next(12) == 0) batch.Rejected.Add(new RejectedRecord(Lanes[0], 1, "too large", new byte[Random.Next(2000)]));
        _twin.Commit(batch);
        var after = _underWay = Contents(_twin, _stage.Values);
        _store.Commit(batch);
        _contents = after;
        // The last sync of a commit is its own; those before it moved what was durable.
        Copies[^1] = Copies[^1] with { Contents = after };
        _log.Committed();
        if (drains || Random.Next(6) == 0) _store.Apply();
        if (drains && _store.GiveSpaceBack()) GivenBack++;
        if (Random.Next(3) == 0) _store.Tidy();
    }

    public static List<string> Contents(IStore store)
    {
        var stage = new FakeStage();
        new StateLog([("fake", stage)]).Restore(store.LoadState(), (name, _, _) => Assert.Fail(name));
        return Contents(store, stage.Values);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    static List<string> Contents(IStore store, Dictionary<string, string> values) =>
        [.. StoreModelTests.Contents(store).Where(line => !line.StartsWith("state ", StringComparison.Ordinal)),
            .. values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key} {v.Value}")];

    void Note()
    {
        Copies.Add(new Copy(Read("edge-agent.db"), Read("edge-agent.db-wal"), _commits, Read("edge-agent.db-commits"), _contents,
            _underWay));
    }

    // A sync that fails says nothing of what it wrote, and the next one may succeed although that is gone.
    void NoteRecord()
    {
        if (Random.Next(20) == 0) throw new IOException("the disk failed");
        _commits = Read("edge-agent.db-commits");
        Note();
    }

    byte[] Read(string name)
    {
        using var file = new FileStream(_directory.File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
