using System.Text.Json;
using EdgeAgent.Core.Filtering;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Host;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Host;

/// <summary>What a start makes of a store that an older configuration left, and how a run ends.</summary>
public sealed class GatewayTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("gw").FullName;
    readonly LogLines _log = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Memory_that_fits_no_stage_is_counted_and_windows_leave_once()
    {
        var store = new MemoryStore();
        Leave(store, "p", PipelineRig.Window(10));
        Leave(store, "p", new DeadbandSettings { Name = "deadband", Absolute = 1 });
        Leave(store, "gone", PipelineRig.Window(10));
        using var gateway = Start(store);
        var status = Status(gateway);
        Assert.Equal(2, status.GetProperty("commits").GetProperty("dropped_state").GetInt64());
        Assert.Empty(store.LoadState());
        Assert.Single(_log.All, l => l.Contains("leave once as partial", StringComparison.Ordinal));
        Assert.Equal(2, _log.All.Count(l => l.Contains("are dropped", StringComparison.Ordinal)));
        Assert.True(gateway.Stop());
    }

    [Fact]
    public void Records_of_an_output_that_is_not_configured_are_shown_and_told_of_once()
    {
        var store = new MemoryStore();
        var batch = new CommitBatch();
        var records = new EdgeAgent.Core.Records.LaneBuffer();
        records.Append(EdgeAgent.Core.Records.RecordKind.Summary, 1, "t", null, "id", "{}"u8);
        batch.Records.Add((new Lane("old", 0), 1, records.Bytes.ToArray()));
        store.Commit(batch);
        using var gateway = Start(store);
        var old = Status(gateway).GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == "old");
        Assert.Equal("not configured", old.GetProperty("state").GetString());
        Assert.Equal(1, old.GetProperty("backlog_records").GetInt64());
        Assert.Single(_log.All, l => l.Contains("output old", StringComparison.Ordinal));
        Assert.True(gateway.Stop());
    }

    [Fact]
    public void A_store_damaged_in_use_ends_the_run_instead_of_the_process()
    {
        var store = new FaultyStore();
        Leave(store, "p", new DeadbandSettings { Name = "deadband", Absolute = 1 }); // something for the first commit
        store.Fault = StoreFault.Damaged;
        var ends = new List<string>();
        using var gateway = New(store);
        gateway.Ended = ends.Add;
        gateway.Start();
        Assert.Single(ends);
        Assert.False(gateway.Stop());
    }

    [Fact]
    public void A_data_directory_too_long_for_a_socket_does_not_keep_the_agent_from_its_work()
    {
        var deep = Directory.CreateDirectory(Path.Combine(_directory, new string('d', 120))).FullName;
        using var gateway = New(new MemoryStore(), deep);
        gateway.Start();
        Assert.Contains(_log.All, l => l.Contains("no status socket", StringComparison.Ordinal));
        Assert.True(gateway.Stop());
    }

    [Fact]
    public void A_full_disk_at_the_start_is_waited_for_with_a_line_in_the_log()
    {
        var (tries, waits) = (0, new List<int>());
        using var opened = StoreWait.Open(() => ++tries < 4 ? throw new StoreException(StoreFault.Full, "no space") : new MemoryStore(), _log.Limiter, ms =>
        {
            waits.Add(ms);
            return false;
        });
        Assert.NotNull(opened);
        Assert.Equal([500, 1000, 2000], waits);
        Assert.Single(_log.All, l => l.Contains("waits for space", StringComparison.Ordinal));
        Assert.Null(StoreWait.Open(() => throw new StoreException(StoreFault.Full, "no space"), _log.Limiter, _ => true));
        Assert.Throws<StoreException>(() => StoreWait.Open(() => throw new StoreException(StoreFault.Io, "broken"), _log.Limiter, _ => false));
    }

    Gateway Start(IStore store)
    {
        var gateway = New(store);
        gateway.Start();
        return gateway;
    }

    Gateway New(IStore store, string? directory = null) => new(
        new GatewaySettings
        {
            Agent = new AgentSettings { Id = "agent", DataDir = directory ?? _directory },
            Sources = [],
            Pipelines = [new PipelineSettings { Name = "p", From = [], Stages = [], To = ["out"] }],
            Outputs = [new FileOutputSettings { Name = "out", Path = Path.Combine(_directory, "out.jsonl") }],
        },
        store, new FakeClock(), _log.Limiter);

    static JsonElement Status(Gateway gateway)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) gateway.WriteStatus(json);
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    /// <summary>Leaves the memory of one stage that has seen one reading.</summary>
    static void Leave(IStore store, string pipeline, StageSettings stage)
    {
        var series = new SeriesTable(10);
        var old = new Pipeline(PipelineRig.Settings(stage) with { Name = pipeline }, "agent", series, [new ConsoleOutputSettings { Name = "out" }]);
        var readings = new ReadingBatch();
        readings.Add(series.Intern(LabelSet.Of(("device", "a"), ("metric", "m"))), 1_000_000_000_000, 1);
        old.Process(readings, 0, new Instant(1_000_000_000_000, 0));
        var batch = new CommitBatch();
        new StateLog(old.States.Select(s => (s.StageKey, s.State))).Cut(batch);
        store.Commit(batch);
    }
}
