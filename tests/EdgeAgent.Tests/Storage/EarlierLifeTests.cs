using EdgeAgent.Clocks;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

public sealed class EarlierLifeTests : IDisposable
{
    readonly TempDirectory _directory = new();
    readonly Outputs.Records _records = new();

    public void Dispose() => _directory.Dispose();

    SqliteStore Open() => SqliteStore.Open(new StoreOptions
    {
        Clock = new SystemClock(), Directory = _directory.Path, MaxSizeBytes = 1 << 20, MachineId = "m",
    });

    IReadOnlyList<string> Missing()
    {
        using var store = Open();
        return EarlierLife.Read(_directory.Path)?.MissingFrom(store) ?? [];
    }

    /// <summary>Five records, two of them confirmed.</summary>
    void Live()
    {
        using var store = Open();
        _records.Commit(store, 2);
        _records.Commit(store, 3);
        var batch = new CommitBatch { CutAtNs = 1 };
        batch.Confirmed.Add((new Lane("out", 0), 2));
        store.Commit(batch);
        EarlierLife.Write(_directory.Path, store, new FakeClock().Now.Wall);
    }

    [Fact]
    public void A_first_start_and_an_ordinary_one_miss_nothing()
    {
        Assert.Empty(Missing());
        Live();
        Assert.Empty(Missing());
        using (var store = Open()) _records.Commit(store, 4);
        Assert.Empty(Missing());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_database_that_is_gone_or_emptied_is_missed_with_what_was_in_it(bool isGone)
    {
        Live();
        foreach (var file in Directory.GetFiles(_directory.Path, "edge-agent.db*"))
            if (isGone) File.Delete(file);
            else File.WriteAllBytes(file, []);
        Assert.Contains("3 for output out", Assert.Single(Missing()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_copy_is_missed_by_how_much_it_lacks()
    {
        using (var store = Open()) _records.Commit(store, 1);
        var copy = File.ReadAllBytes(_directory.File("edge-agent.db"));
        Live();
        foreach (var file in Directory.GetFiles(_directory.Path, "edge-agent.db*")) File.Delete(file);
        File.WriteAllBytes(_directory.File("edge-agent.db"), copy);
        var sentence = Assert.Single(Missing());
        Assert.Contains("5 records that it had", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("store a")]
    [InlineData("store a b")]
    [InlineData("lane 0 1 1 out")]
    [InlineData("store a 99999999999999999999")]
    public void A_memory_that_cannot_be_read_says_nothing(string text)
    {
        File.WriteAllText(_directory.File("earlier-life"), text);
        Assert.Empty(Missing());
    }
}
