using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Flow;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Storage;

namespace EdgeAgent.Benchmarks;

/// <summary>The layers of the data path stacked on the wire's own workload, in one thread and without a socket:
/// each line holds the ones above it.</summary>
/// <remarks>
/// codec: PUBLISH packets cut from 64 KiB. decode: and readings in a batch. pipeline: and keep, range, ten-second windows. commit: and
/// a cut into SQLite on disk, synced, every million messages (QoS 0 at a commit a second) or every thousand (QoS 1 with as many in flight);
/// processor time, so that waiting for the disk is not in it.
/// Event times move on by a pass after decoding, which costs less than a nanosecond and closes windows for ever.
/// </remarks>
sealed class StackLayer : IBatchReceiver, IDisposable
{
    const int ReadBytes = 64 * 1024;

    /// <summary>Until as many windows are open as ever will be: lateness and length, one second a pass.</summary>
    const int WarmPasses = 60;
    const long ArrivalNs = 1_700_000_000_000_000_000;

    readonly WireWorkload _workload;
    readonly bool _decodes;
    readonly int _commitEvery;
    readonly ReadingBatch _batch = new();
    readonly SeriesTable _series = new(2000);
    readonly MessageDecoder _decoder;
    readonly Pipeline? _pipeline;
    readonly string? _folder;
    readonly SqliteStore? _store;
    readonly StateLog? _state;
    readonly PendingRecords _records = new();
    readonly CommitBatch _cut = new();
    long _shiftNs;
    long _bytes;
    int _sinceCut;

    StackLayer(WireWorkload workload, bool decodes, bool folds, int commitEvery)
    {
        (_workload, _decodes, _commitEvery) = (workload, decodes, commitEvery);
        var decode = new JsonFormatSettings
        {
            Fields = [new() { Path = "$.value" }],
            Time = new() { Path = "$.ts", Unit = TimeUnit.Milliseconds },
        };
        _decoder = new MessageDecoder([new() { Topic = "sensors/{site}/{device}/{metric}", Decode = decode }], _series, 2000);
        if (!folds) return;
        var (keep, range, window) = Stages();
        var settings = new PipelineSettings { Name = "summaries", From = ["plant"], Stages = [keep, range, window], To = ["central"] };
        _pipeline = new Pipeline(settings, new PipelineContext
        {
            Series = _series,
            Outputs = [new ConsoleOutputSettings { Name = "central", Topic = "edge.summaries", Key = "{site}/{device}" }],
            Stages = new StageRegistry(Components.Stages),
        });
        if (commitEvery == 0) return;
        _folder = Directory.CreateTempSubdirectory("edge-bench").FullName;
        _store = SqliteStore.Open(new StoreOptions { Clock = new SystemClock(), Directory = _folder });
        _state = new StateLog(_pipeline.States.Select(s => (s.StageKey, s.State)));
    }

    public static void Run(string cases)
    {
        SQLitePCL.Batteries_V2.Init();
        foreach (var any in (ReadOnlySpan<bool>)[false, true])
        {
            var workload = new WireWorkload(0, any);
            var shape = any ? "any JSON" : "same shape";
            Case("codec", false, false, 0);
            Case("decode", true, false, 0);
            Case("pipeline", true, true, 0);
            Case("commit a million", true, true, 1_000_000);
            Case("commit a thousand", true, true, 1_000);

            void Case(string name, bool decodes, bool folds, int commitEvery)
            {
                if (!name.Contains(cases, StringComparison.Ordinal)) return;
                using var layer = new StackLayer(workload, decodes, folds, commitEvery);
                for (var i = 0; folds && i < WarmPasses; i++) layer.Pass();
                Measure.Print("stack", $"{name}, {shape}", WireWorkload.Messages, 1, layer.Pass);
            }
        }
    }

    /// <inheritdoc/>
    public void Flush(ReadingBatch batch)
    {
        if (_pipeline is not null)
        {
            foreach (ref var t in batch.TimeNs.AsSpan(0, batch.Count)) t += _shiftNs;
            _pipeline.Process(batch, 0, Instant.Of(ArrivalNs + _shiftNs, ArrivalNs + _shiftNs));
            if (_store is null && _pipeline.Lanes[0].Records.Length > 1 << 20) _pipeline.Lanes[0].Records.Clear();
        }

        batch.Count = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes == 0) throw new InvalidOperationException("nothing was read");
        _store?.Dispose();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    void Pass()
    {
        var bytes = _workload.Bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var read = bytes.Slice(at, Math.Min(ReadBytes, bytes.Length - at));
            var left = read;
            while (PublishPacket.TryRead(left, MqttVersion.V500, ReadBytes, out var packet) == DecodeStatus.Ok)
            {
                _bytes += packet.Payload.Length;
                if (_decodes && !_decoder.TryDecodeKnown(packet.Topic, packet.Payload, ArrivalNs, _batch, this, out _))
                    _decoder.Decode(packet.Topic, packet.Payload, ArrivalNs, _batch, this);
                left = left[packet.LengthBytes..];
                if (_commitEvery > 0 && ++_sinceCut == _commitEvery) Commit();
            }

            at += read.Length - left.Length;
            Flush(_batch);
        }

        _shiftNs += WireWorkload.PassMs * 1_000_000L;
    }

    void Commit()
    {
        Flush(_batch);
        _sinceCut = 0;
        _cut.Clear();
        _cut.CutAtNs = ArrivalNs + _shiftNs;
        _pipeline!.OnCut(Instant.Of(_cut.CutAtNs, _cut.CutAtNs), [long.MinValue]);
        var lane = new Lane("central", 0);
        _records.Take(lane, _pipeline.Lanes[0].Records);
        _state!.Cut(_cut);
        _records.AddTo(_cut);
        // What was stored before is taken for sent.
        var next = _store!.Status() is [var known] ? known.Records + _store.ConfirmedThrough(lane) : 0;
        if (next > 0) _cut.Confirmed.Add((lane, next));
        _store.Commit(_cut);
        _state.Committed();
        _records.Clear();
        _store.Tidy();
    }

    /// <summary>The stages of the wire's configuration in scripts/bench.</summary>
    public static (LabelFilterSettings Keep, RangeSettings Range, WindowSettings Window) Stages() =>
    (
        new() { Name = "keep", Drop = false, Labels = [new("metric", ["temperature", "vibration"])] },
        new() { Name = "range", Min = -40, Max = 150 },
        new()
        {
            Name = "window",
            Tumbling = TimeSpan.FromSeconds(10),
            By = ["site", "device", "metric"],
            OutOfOrder = TimeSpan.FromSeconds(1),
            AllowedLateness = TimeSpan.FromSeconds(30),
            IdleTimeout = TimeSpan.FromSeconds(60),
            Aggregate = Aggregates.Count | Aggregates.Min | Aggregates.Max | Aggregates.Mean | Aggregates.Stddev,
        });
}
