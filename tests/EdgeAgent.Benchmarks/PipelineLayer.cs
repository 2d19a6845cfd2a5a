using EdgeAgent.Catalog;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.State;
using EdgeAgent.Outputs.Terminal;

namespace EdgeAgent.Benchmarks;

/// <summary>Readings to summaries: filters, fold, close, encode. 1,000 series at 10 readings a second each, fixed seed.</summary>
/// <remarks>The line <c>fill alone</c> is the cost of making a batch, which every other line includes.</remarks>
sealed class PipelineLayer
{
    const int Series = 1_000;
    const int Batches = 64;
    const long StepNs = 100_000;

    readonly SeriesTable _series = new(Series);
    readonly ReadingBatch _batch = new();
    readonly int[] _ids = new int[ReadingBatch.Capacity * Batches];
    readonly double[] _values = new double[ReadingBatch.Capacity * Batches];
    readonly int[] _delays = new int[ReadingBatch.Capacity * Batches];
    readonly List<int> _units = [];
    readonly StateWriter _writer = new();
    readonly Pipeline? _pipeline;
    readonly bool _cuts;
    long _timeNs = 1_700_000_000_000_000_000;

    PipelineLayer(StageSettings[]? stages, bool disorder, bool cuts)
    {
        var random = new Random(1);
        for (var i = 0; i < Series; i++)
            _series.Intern(LabelSet.Of(("site", $"plant{i / 100}"), ("device", $"device{i % 100:D3}"),
                ("metric", i % 2 == 0 ? "temperature" : "vibration")));
        for (var i = 0; i < _ids.Length; i++)
            (_ids[i], _values[i], _delays[i]) =
                (i % Series, 15 + (random.Next(1000) / 100.0), disorder && random.Next(4) == 0 ? random.Next(900_000_000) : 0);
        _cuts = cuts;
        if (stages is null) return;
        var settings = new PipelineSettings { Name = "summaries", From = ["plant"], Stages = stages, To = ["central"] };
        _pipeline = new Pipeline(settings, new PipelineContext
        {
            Series = _series,
            Outputs = [new ConsoleOutputSettings { Name = "central", Topic = "edge.summaries", Key = "{site}/{device}" }],
            Stages = new StageRegistry(Components.Stages),
        });
    }

    public static void Run()
    {
        var (keep, range, window) = StackLayer.Stages();
        var deadband = new DeadbandSettings { Name = "deadband", Absolute = 0.05, MaxSilence = TimeSpan.FromSeconds(60) };
        Case("fill alone", null);
        Case("keep, all dropped", [keep with { Drop = true }]);
        Case("keep, range, all dropped", [keep, range with { Min = 1000, Max = 2000 }]);
        Case("keep, range, deadband, dropped", [keep, range, deadband with { Absolute = 1000, MaxSilence = null }]);
        Case("window", [window]);
        Case("keep, range, window", [keep, range, window]);
        Case("keep, range, deadband, window", [keep, range, deadband, window]);
        Case("the same, a quarter late", [keep, range, deadband, window], disorder: true);
        Case("the same, with cuts and state", [keep, range, deadband, window], disorder: true, cuts: true);
        Case("window of one second", [window with { Tumbling = TimeSpan.FromSeconds(1) }]);
        Case("no window: a record each", [keep, range]);
    }

    static void Case(string name, StageSettings[]? stages, bool disorder = false, bool cuts = false)
    {
        var layer = new PipelineLayer(stages, disorder, cuts);
        Measure.Print("pipeline", name, ReadingBatch.Capacity * Batches, 1, layer.Pass);
        if (layer._pipeline is { Counters: var c })
            Console.WriteLine($"  {c.ReadingsIn:N0} in, {c.ReadingsFolded:N0} folded, {c.Late:N0} late, {c.RecordsOut:N0} records");
    }

    void Pass()
    {
        for (var b = 0; b < Batches; b++)
        {
            Fill(b * ReadingBatch.Capacity);
            if (_pipeline is null) continue;
            var now = Instant.Of(_timeNs, _timeNs);
            _pipeline.Process(_batch, 0, now);
            if (!_cuts || b % 16 != 15)
            {
                Empty(1 << 20);
                continue;
            }

            _pipeline.OnCut(now, [long.MinValue]);
            Empty(0);
            _units.Clear();
            for (var i = 0; i < _pipeline.States.Count; i++)
            {
                var state = _pipeline.States[i].State;
                _units.Clear();
                state.TakeDirty(_units);
                _writer.Clear();
                foreach (var unit in _units) state.WriteUnit(unit, _writer);
            }
        }
    }

    // Forgets the records of lanes that hold more than so many bytes; by index, since an enumerator would be an allocation.
    void Empty(int above)
    {
        var lanes = _pipeline!.Lanes;
        for (var i = 0; i < lanes.Count; i++)
            if (lanes[i].Records.Length > above) lanes[i].Records.Clear();
    }

    void Fill(int from)
    {
        var (ids, times, values, quality) = (_batch.Series, _batch.TimeNs, _batch.Value, _batch.Quality);
        var t = _timeNs;
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = _ids[from + i];
            times[i] = t - _delays[from + i];
            values[i] = _values[from + i];
            quality[i] = 0;
            t += StepNs;
        }

        _timeNs = t;
        _batch.Count = ids.Length;
    }
}
