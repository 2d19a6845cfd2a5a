using System.Text;
using EdgeAgent.Catalog;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Core.State;
using EdgeAgent.Outputs.Terminal;
using Xunit;

namespace EdgeAgent.Tests.Pipelines;

/// <summary>A pipeline with one output, fed by hand and read as text.</summary>
sealed class PipelineRig
{
    public const long Second = 1_000_000_000;

    readonly ReadingBatch _batch = new();

    public PipelineRig(PipelineSettings settings, SeriesTable? series = null, IReadOnlyList<OutputSettings>? outputs = null,
        StageRegistry? stages = null)
    {
        Series = series ?? new SeriesTable(100_000);
        Pipeline = new Pipeline(settings, new PipelineContext
        {
            Series = Series,
            Outputs = outputs ?? [new ConsoleOutputSettings { Name = "out" }],
            Stages = stages ?? new StageRegistry(Components.Stages),
        });
    }

    public SeriesTable Series { get; }

    public Pipeline Pipeline { get; }

    public Instant Now { get; set; } = Instant.Of(1_000_000 * Second, 0);

    public static PipelineSettings Settings(params StageSettings[] stages) =>
        new() { Name = "p", From = ["s"], Stages = stages, To = ["out"] };

    public static WindowSettings Window(
        double seconds = 10, double outOfOrder = 0, double lateness = 0, double? idle = null,
        Aggregates aggregate = Aggregates.Count | Aggregates.Sum, int maxOpen = 64, params string[] by) => new()
        {
            Name = "window",
            Tumbling = TimeSpan.FromSeconds(seconds),
            By = by.Length > 0 ? by : ["device"],
            OutOfOrder = TimeSpan.FromSeconds(outOfOrder),
            AllowedLateness = TimeSpan.FromSeconds(lateness),
            IdleTimeout = idle is { } s ? TimeSpan.FromSeconds(s) : null,
            Aggregate = aggregate,
            MaxOpenPerGroup = maxOpen,
        };

    public int Id(string device, string metric = "m") => Series.Intern(LabelSet.Of(("device", device), ("metric", metric)));

    public PipelineRig Add(string device, double seconds, double value, byte quality = 0) =>
        AddNs(Id(device), (long)(seconds * Second), value, quality);

    public PipelineRig AddNs(int series, long timeNs, double value, byte quality = 0)
    {
        if (_batch.IsFull) Run();
        _batch.Add(series, timeNs, value, quality);
        return this;
    }

    public PipelineRig Run(int source = 0)
    {
        Pipeline.Process(_batch, source, Now);
        Assert.Equal(0, _batch.Count);
        return this;
    }

    public PipelineRig Cut(params long[] idleFloorNs)
    {
        Pipeline.OnCut(Now, idleFloorNs);
        return this;
    }

    public void Pass(double seconds) =>
        Now = Now with { Wall = new(Now.WallNs + (long)(seconds * Second)), Monotonic = new(Now.MonotonicNs + (long)(seconds * Second)) };

    /// <summary>The payloads since the last call, one a line.</summary>
    public string Take() => string.Join('\n', TakeAll().Select(r => r.Payload));

    public List<(string Id, string? Key, string Topic, RecordKind Kind, long TimeNs, string Payload)> TakeAll()
    {
        var list = new List<(string, string?, string, RecordKind, long, string)>();
        foreach (var lane in Pipeline.Lanes)
        {
            var reader = new RecordReader(lane.Records.Bytes);
            while (reader.Read())
            {
                var key = reader.HasKey ? Encoding.UTF8.GetString(reader.Key) : null;
                list.Add((Encoding.UTF8.GetString(reader.Id), key, Encoding.UTF8.GetString(reader.Topic), reader.Kind, reader.TimeNs,
                    Encoding.UTF8.GetString(reader.Payload)));
            }

            Assert.False(reader.IsDamaged);
            lane.Records.Clear();
        }

        return list;
    }

    /// <summary>All changed units of all stages as entries, in the host's order.</summary>
    public List<(string Key, int Version, byte[] Entry)> Snapshot(bool all = false)
    {
        var list = new List<(string, int, byte[])>();
        var writer = new StateWriter();
        foreach (var handle in Pipeline.States)
        {
            var units = new List<int>();
            handle.State.TakeDirty(units);
            if (all) units = [.. Enumerable.Range(0, handle.State.UnitCount)];
            foreach (var unit in units)
            {
                writer.Clear();
                handle.State.WriteUnit(unit, writer);
                list.Add((handle.StageKey, handle.State.FormatVersion, writer.Bytes.ToArray()));
            }
        }

        return list;
    }

    public void Restore(IEnumerable<(string Key, int Version, byte[] Entry)> entries)
    {
        foreach (var (key, version, entry) in entries)
        {
            var state = Pipeline.States.Single(s => s.StageKey == key).State;
            Assert.True(state.TryRestoreUnit(entry, version));
        }
    }
}
