using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Host;
using EdgeAgent.Outputs.Files;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Status;
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
    public void A_start_that_would_not_fit_tells_of_the_oldest_windows_and_goes_on()
    {
        var store = new MemoryStore();
        Leave(store, "p", PipelineRig.Window(10), devices: 15_000); // about 2.4 MB
        Leave(store, "p", new DeadbandSettings { Name = "deadband", Absolute = 1 });
        using var gateway = New(store, memoryLimitBytes: 64 << 20, stages: PipelineRig.Window(10)); // leaves the 1 MiB that every start has
        gateway.Start();
        var agent = Status(gateway).GetProperty("agent");
        var pipeline = Status(gateway).GetProperty("pipelines")[0];
        var shed = agent.GetProperty("shed_at_start");
        var units = shed.GetProperty("units").GetInt64();
        Assert.InRange(units, 5_000, 10_000);
        Assert.Equal(1, shed.GetProperty("lost_memory").GetInt64()); // the deadband's
        Assert.Equal(0, shed.GetProperty("lost_windows").GetInt64());
        Assert.Equal(units - 1, pipeline.GetProperty("shed").GetInt64());
        Assert.Single(_log.All, l => l.Contains("does not fit", StringComparison.Ordinal));
        Assert.True(gateway.Stop());
        // What stays was written last; its groups are older than series_ttl by the machine's clock, so their windows are told of in full.
        var told = File.ReadAllLines(Path.Combine(_directory, "out.jsonl"));
        Assert.Equal(15_000, told.Length);
        Assert.Equal(units - 1, told.Count(l => l.Contains("\"partial\":true", StringComparison.Ordinal)));
        Assert.Contains("\"partial\":true", told.Single(l => l.Contains("\"d0\"", StringComparison.Ordinal)));
        Assert.DoesNotContain("\"partial\":true", told.Single(l => l.Contains("\"d14999\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(long.MaxValue, false)]
    [InlineData(1L << 30, false)]
    [InlineData(320L << 20, false)]
    [InlineData(256L << 20, true)]
    public void A_start_says_when_max_series_series_do_not_fit_into_the_memory_limit(long limitBytes, bool says)
    {
        using var gateway = New(new MemoryStore(), memoryLimitBytes: limitBytes);
        gateway.Start();
        var lines = _log.All.Where(l => l.Contains("The cgroup's memory limit of", StringComparison.Ordinal)).ToList();
        Assert.Equal(says ? 1 : 0, lines.Count);
        if (says)
            Assert.Contains(
                "of 256 MiB leaves 32 MiB for the labels of series and 19 MiB for the memory of stages: about 78033 ", lines[0]);
        Assert.True(gateway.Stop());
    }

    [Fact]
    public void Records_of_an_output_that_is_not_configured_are_shown_and_told_of_once()
    {
        var store = new MemoryStore();
        var batch = new CommitBatch();
        var records = new LaneBuffer();
        records.Append(RecordKind.Summary, 1, "t", null, "id", "{}"u8);
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
        store.Failure = StoreFailure.Damaged;
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
        using var opened = StoreWait.Open(() => ++tries < 4 ? throw new StoreException(StoreFailure.Full, "no space") : new MemoryStore(),
            _log.Limiter, ms =>
            {
                waits.Add(ms);
                return false;
            });
        Assert.NotNull(opened);
        Assert.Equal([500, 1000, 2000], waits);
        Assert.Single(_log.All, l => l.Contains("waits for space", StringComparison.Ordinal));
        Assert.Null(StoreWait.Open(() => throw new StoreException(StoreFailure.Full, "no space"), _log.Limiter, _ => true));
        Assert.Throws<StoreException>(
            () => StoreWait.Open(() => throw new StoreException(StoreFailure.Io, "broken"), _log.Limiter, _ => false));
    }

    Gateway Start(IStore store)
    {
        var gateway = New(store);
        gateway.Start();
        return gateway;
    }

    Gateway New(IStore store, string? directory = null, long memoryLimitBytes = long.MaxValue, params StageSettings[] stages) => new(
        new GatewaySettings
        {
            Agent = new AgentSettings { Id = "agent", DataDir = directory ?? _directory },
            Sources = [],
            Pipelines = [new PipelineSettings { Name = "p", From = [], Stages = stages, To = ["out"] }],
            Outputs = [new FileOutputSettings { Name = "out", Path = Path.Combine(_directory, "out.jsonl") }],
        },
        store, new SystemClock(alwaysTrusted: true), _log.Limiter, new() { MemoryLimitBytes = memoryLimitBytes });

    static JsonElement Status(Gateway gateway)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) StatusJson.Write(json, gateway.Status());
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    /// <summary>Leaves the memory of one stage that has seen one reading.</summary>
    static void Leave(IStore store, string pipeline, StageSettings stage, int devices = 1)
    {
        var series = new SeriesTable(100_000);
        var old = new Pipeline(PipelineRig.Settings(stage) with { Name = pipeline }, new PipelineContext
        {
            Series = series,
            Outputs = [new ConsoleOutputSettings { Name = "out" }],
            Stages = new StageRegistry(Components.Stages),
        });
        var readings = new ReadingBatch();
        for (var i = 0; i < devices; i++)
        {
            readings.Add(series.Intern(LabelSet.Of(("device", devices == 1 ? "a" : "d" + i), ("metric", "m"))), 1_000_000_000_000, 1);
            if (readings.IsFull || i == devices - 1) old.Process(readings, 0, Instant.Of(1_000_000_000_000, 0));
        }

        var batch = new CommitBatch();
        new StateLog(old.States.Select(s => (s.StageKey, s.State))).Cut(batch);
        store.Commit(batch);
    }
}
