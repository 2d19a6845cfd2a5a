using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Loading;
using EdgeAgent.Models.Onnx;
using EdgeAgent.Outputs.Terminal;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Benchmarks;

/// <summary>Scores of the dense autoencoder (32 features), layer upon layer: the run alone, the model as a stage calls it,
/// the whole stage.</summary>
/// <remarks>
/// <c>run</c> is the call over memory and a binding taken once; its ceiling is the same loop in C (<c>ort_loop.c</c>). <c>model</c> adds
/// converting a row's numbers in and out and the time budget. <c>stage</c> is a reading's whole way: sliding window, features, scaling,
/// run, reconstruction error, threshold; <c>with drift</c> the same while each reading and score is counted into ten bins of a reference. A
/// message is a row; the library is found by <c>EDGE_AGENT_NATIVE_DIR</c>.
/// </remarks>
sealed class ScoreLayer : IDisposable
{
    const int Features = 32, Batch = 64, Series = 1000;
    readonly ModelLoader _loader;
    readonly OnnxModel _model;
    readonly double[] _features = new double[Features * Batch], _outputs = new double[Features * Batch];

    ScoreLayer(string file)
    {
        // A budget that no pause of a busy machine passes: a model that rests after one would be measured as a fast one.
        _loader = ModelLoader.Load(new ModelSettings { Name = "dense_ae", File = file, Budget = TimeSpan.FromSeconds(5) }, file,
            new SystemClock());
        _model = _loader.CreateFor(Stage);
        for (var i = 0; i < _features.Length; i++) _features[i] = i % 7 / 7.0;
    }

    static ScoreSettings Stage => new()
    {
        Name = "score",
        Model = "dense_ae",
        Source = FeatureSource.Readings,
        Last = Features,
        Score = ScoreKind.ReconstructionMse,
        Means = [0.1],
        Deviations = [1.1],
        Threshold = new ThresholdSettings { Kind = ThresholdKind.Constant, Constant = 1000 },
    };

    // Ten bins for a field's values (sixteen steps from 0 to 1) and for the errors; a day's window, which the run never leaves.
    static DriftPlan Drift => new(new DriftSettings { Reference = "" }, "bench", [("value", TenBins(0.1))], TenBins(0.01));

    static DriftBins TenBins(double step) => new([.. Enumerable.Range(1, 9).Select(i => i * step)], [.. Enumerable.Repeat(0.1, 10)]);

    /// <summary><c>scores FILE</c>.</summary>
    public static void Run(string file)
    {
        using var layer = new ScoreLayer(file);
        layer.Runs(1, 500);
        layer.Runs(Batch, 100);
        Measure.Print("scores", "model, 1 row", 1, 500, () => layer.Model(1));
        Measure.Print("scores", "model, 64 rows", Batch, 100, () => layer.Model(Batch));
        layer.Stages(1);
        layer.Stages(Batch);
        layer.Stages(Batch, Drift);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _loader.Dispose();
    }

    void Runs(int rows, int passes)
    {
        OnnxTensor Tensor() => new(TensorElementType.Float, [0, Features], 0, rows);
        var (input, output) = (Tensor(), Tensor());
        input.Write(0, _features.AsSpan(0, rows * Features));
        using var run = new OnnxRun(_loader.Session, [("x", input)], [("y", output)]);
        Measure.Print("scores", rows == 1 ? "run, 1 row" : $"run, {rows} rows", rows, passes, () =>
        {
            if (run.Run(rows) != OnnxRunStatus.Ok) throw new InvalidOperationException(run.LastError);
        });
    }

    void Model(int rows)
    {
        if (_model.Run(rows, _features.AsSpan(0, rows * Features), default, _outputs.AsSpan(0, rows * Features)) != RunResult.Ok)
            throw new InvalidOperationException(_model.LastError);
    }

    // A batch of as many readings as the gateway has read at once: one at a time on a quiet line, many on a busy one.
    void Stages(int batchReadings, DriftPlan? drift = null)
    {
        var (slot, series) = (new ModelSlot(), new SeriesTable(Series));
        var offered = _loader.CreateFor(Stage);
        offered.Drift = drift;
        slot.Offer(offered);
        var stages = new StageRegistry(Components.Stages, new SlotModels(slot));
        var pipeline = new Pipeline(
            new PipelineSettings { Name = "watch", From = ["plant"], Stages = [new ScoreReadingsSettings { Name = "score", Score = Stage }],
                To = ["out"] },
            new PipelineContext
            {
                Series = series,
                Outputs = [new ConsoleOutputSettings { Name = "out", Topic = "scores", Key = "" }],
                Stages = stages,
            });
        var batch = new ReadingBatch();
        for (var i = 0; i < Series; i++) series.Intern(LabelSet.Of(("device", $"d{i:D3}"), ("metric", "vibration")));
        var next = 0;
        long timeNs = 1_700_000_000_000_000_000;
        void Process()
        {
            for (var i = 0; i < batchReadings; i++, next = (next + 1) % Series, timeNs += 100_000)
                (batch.Series[i], batch.TimeNs[i], batch.Value[i], batch.Quality[i]) = (next, timeNs, next % 16 / 16.0, 0);
            batch.Count = batchReadings;
            pipeline.Process(batch, 0, Instant.Of(timeNs, timeNs));
        }

        for (var i = 0; i < Features * Series; i++) Process();
        Measure.Print("scores", $"stage, batches of {batchReadings}{(drift is null ? "" : ", with drift")}", batchReadings,
            batchReadings == 1 ? 500 : 100, Process);
        slot.Offer(null)?.Dispose();
        slot.Refresh();
        if (slot.TryTakeRetired(out var model)) model.Dispose();
    }

    sealed class SlotModels(ModelSlot slot) : IScoreModels
    {
        public ScoreReadings Build(ScoreReadingsSettings settings, StageContext context) =>
            new(settings.Score, context, slot, new ModelSlot());

        public ScoreSummaries Build(ScoreSummariesSettings settings, StageContext context) =>
            new(settings.Score, context, slot, new ModelSlot());
    }
}
