using EdgeAgent.Clocks;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Onnx;
using EdgeAgent.Status;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Loading;

/// <summary>A loaded ONNX model as a score stage runs it.</summary>
/// <remarks>
/// A run converts rows into the input tensors, calls ONNX Runtime, and converts what it gave; nothing is allocated but for maps. While it
/// rests after runs past its budget (<see cref="AverageBudget"/>) rows count as over budget. Single-threaded; several models may share one
/// <see cref="OnnxSession"/>, which the owner disposes after all of them.
/// </remarks>
sealed class OnnxModel : IModel
{
    readonly OnnxSession _session;
    readonly ModelPlan _plan;
    readonly IClock _clock;
    readonly OnnxRun _run;
    readonly RunBudget? _watch;
    readonly RowShape _output;
    readonly RowShape[] _stateShapes;
    readonly string? _label;
    readonly double[] _gathered;
    readonly AverageBudget? _budget;

    OnnxModel(OnnxSession session, ModelSettings settings, ModelIdentity identity, ModelPlan plan, IClock clock, Ready ready)
    {
        (_session, Identity, _plan, _clock) = (session, identity, plan, clock);
        (var run, var shapes, MaxRows) = ready;
        (_run, _output, _stateShapes) = (run, shapes[0], shapes[1..]);
        _label = plan.Output.Kind == OnnxValueKind.SequenceOfMaps ? settings.Label ?? "1" : null;
        _gathered = new double[plan.Inputs.FirstOrDefault(i => i.Stride > 1)?.Shape.Count ?? 0];
        if (settings.Budget <= TimeSpan.Zero) return;
        _watch = new RunBudget(run, AverageBudget.Longest * settings.Budget, clock);
        _budget = new AverageBudget(settings.Budget);
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <inheritdoc/>
    /// <remarks>Set once, before a stage gets the model.</remarks>
    public DriftPlan? Drift { get; set; }

    /// <summary>Where times of runs are counted; null for nowhere. Set once, before a stage gets the model.</summary>
    public DurationHistogram? Durations { get; set; }

    /// <summary>Called at its end. Set once.</summary>
    public Action? OnDispose { get; set; }

    /// <summary>The file it runs from, when that is mapped; null otherwise. The loader disposes it.</summary>
    public ModelFile? File { get; set; }

    /// <inheritdoc/>
    /// <remarks>Set once, before a stage gets the model.</remarks>
    public bool? IsFieldMajor { get; set; }

    /// <inheritdoc/>
    public int MaxRows { get; }

    /// <inheritdoc/>
    public int FeatureCount => _plan.FeatureCount;

    /// <inheritdoc/>
    public int StateCount => _plan.StateCount;

    /// <inheritdoc/>
    public int OutputCount => _label is null ? _output.Count : 1;

    /// <summary>Whether it has a budget: in a replay it has none, and nothing depends on the clock.</summary>
    public bool IsWatched => _budget is not null;

    /// <summary>Time of a run of one row when it was loaded.</summary>
    public TimeSpan RunTime { get; private init; }

    /// <summary>Whether what it gives has 16 bits.</summary>
    public bool IsHalf => _plan.Output.Type is TensorElementType.Float16 or TensorElementType.BFloat16;

    /// <summary>Whether the rows of an output lie in one dimension with the numbers of a row.</summary>
    public bool IsFlat => _output.BatchAxis >= 0 && _output.Dimensions[_output.BatchAxis] > 1;

    /// <summary>Labels of the maps that the last run gave; empty when it gave none.</summary>
    public IReadOnlyList<string> Labels => _label is null ? [] : OnnxMaps.Labels(_run.Made(0));

    /// <summary>Memory of the arena that all sessions share. Any thread, before disposal.</summary>
    public ModelMemory ReadMemory()
    {
        var (held, peak) = _session.ReadMemory();
        return new ModelMemory(held, peak, _session.Library.ArenaMaxBytes);
    }

    /// <summary>ONNX Runtime's words for the last run that failed.</summary>
    public string LastError => _run.LastError;

    /// <summary>Prepares runs over a session.</summary>
    /// <exception cref="ModelException">A run of one row of means fails.</exception>
    public static OnnxModel Create(OnnxSession session, ModelSettings settings, ModelIdentity identity, ModelPlan plan, IClock clock)
    {
        var one = Probe(session, settings, plan, clock, 1);
        var started = clock.Monotonic;
        _ = Probe(session, settings, plan, clock, 1);
        var runTime = clock.Monotonic - started;
        var two = plan.HasBatch && settings.MaxRows > 1 && plan.FixedRows == 0 ? TryProbe(session, settings, plan, clock, 2) : null;
        var shapes = new RowShape[one.Length];
        for (var i = 0; i < shapes.Length; i++) shapes[i] = plan.FixedRows == 0 ? RowShape.Seen(one[i], two?[i])
            : plan.Output.Kind == OnnxValueKind.SequenceOfMaps && i == 0 ? new RowShape([1], 0)
            : RowShape.Fixed(one[i], plan.FixedRows)
                ?? throw new ModelException(settings.Name, $"takes {plan.FixedRows} rows a run and gives [{string.Join(", ", one[i])}], "
                    + "whose rows cannot be told apart. Export it with an open first dimension.");
        // Without a row dimension in every output several rows could not be told apart.
        var isMaps = plan.Output.Kind == OnnxValueKind.SequenceOfMaps;
        var batched = plan.FixedRows > 0 || two is not null && shapes.Skip(isMaps ? 1 : 0).All(s => s.BatchAxis >= 0);
        var maxRows = !batched ? 1 : plan.FixedRows > 0 ? Math.Min(plan.FixedRows, settings.MaxRows) : settings.MaxRows;
        var inputs = Inputs(plan, maxRows);
        OnnxTensor Make(OnnxValueInfo info, RowShape shape) => TensorOf(info, shape, plan, batched ? maxRows : 1);
        List<(string, OnnxTensor?)> outputs = [(plan.Output.Name, isMaps ? null : Make(plan.Output, shapes[0]))];
        // An output that is bound twice is written once: what is score and state, or the state of two inputs, has one memory.
        for (var i = 0; i < plan.StateOutputs.Count; i++)
        {
            var name = plan.StateOutputs[i].Name;
            outputs.Add((name, outputs.Find(o => o.Item1 == name).Item2 ?? Make(plan.StateOutputs[i], shapes[i + 1])));
        }

        return new OnnxModel(session, settings, identity, plan, clock,
            new Ready(new OnnxRun(session, inputs, outputs), shapes, maxRows)) { RunTime = runTime };
    }

    /// <inheritdoc/>
    public RunResult Run(int rows, ReadOnlySpan<double> features, Span<double> states, Span<double> outputs)
    {
        var started = _clock.Monotonic;
        if (_budget?.Rests(started) == true) return RunResult.OverBudget;
        _watch?.Begin();
        var result = RunUnwatched(rows, features, states, outputs);
        _watch?.End();
        var now = _clock.Monotonic;
        _budget?.Add(now, now.Ns - started.Ns, result == RunResult.OverBudget);
        Durations?.Add(now.Ns - started.Ns);
        return result;
    }

    /// <summary>As <see cref="Run"/>, but takes as long as it takes.</summary>
    public RunResult RunUnwatched(int rows, ReadOnlySpan<double> features, Span<double> states, Span<double> outputs)
    {
        WriteInputs(rows, features, states);
        var status = _run.Run(_plan.FixedRows > 0 ? 1 : rows);
        if (status == OnnxRunStatus.Terminated) return RunResult.OverBudget;
        if (status != OnnxRunStatus.Ok || !TryReadOutputs(rows, outputs)) return RunResult.Failed;
        ReadStates(rows, states);
        return RunResult.Ok;
    }

    /// <summary>One run of one row for a check: without the rest after a run past its budget.</summary>
    public RunResult Probe(ReadOnlySpan<double> features, Span<double> states, Span<double> outputs) =>
        Probe(features, states, outputs, out _);

    /// <inheritdoc cref="Probe(ReadOnlySpan{double}, Span{double}, Span{double})"/>
    /// <param name="features">The row.</param>
    /// <param name="states">States before and after it.</param>
    /// <param name="outputs">Gets what the model gives.</param>
    /// <param name="took">Its time.</param>
    public RunResult Probe(ReadOnlySpan<double> features, Span<double> states, Span<double> outputs, out TimeSpan took)
    {
        var started = _clock.Monotonic;
        var status = Run(1, features, states, outputs);
        took = _clock.Monotonic - started;
        _budget?.Forget();
        return status;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch?.Dispose();
        _run.Dispose();
        OnDispose?.Invoke();
    }

    void WriteInputs(int rows, ReadOnlySpan<double> features, ReadOnlySpan<double> states)
    {
        for (var i = 0; i < _plan.Inputs.Count; i++)
        {
            var input = _plan.Inputs[i];
            var tensor = _run.Inputs[i];
            if (input.FeatureAt == 0 && input.Shape.Count == FeatureCount && input.Shape.BatchAxis <= 0 && _plan.FixedRows == 0)
                tensor.Write(0, features);
            else if (input.FeatureAt >= 0) WriteRows(input, tensor, rows, features, FeatureCount, input.FeatureAt);
            else if (input.StateAt >= 0) WriteRows(input, tensor, rows, states, StateCount, input.StateAt);
        }
    }

    // A run of a fixed number of rows is filled up with copies of its first.
    void WriteRows(PlannedInput input, OnnxTensor tensor, int rows, ReadOnlySpan<double> from, int stride, int at)
    {
        var all = _plan.FixedRows > 0 ? _plan.FixedRows : rows;
        for (var row = 0; row < all; row++)
        {
            var first = ((row < rows ? row : 0) * stride) + at;
            if (input.Stride == 1)
            {
                input.Shape.WriteRow(tensor, row, all, from.Slice(first, input.Shape.Count));
                continue;
            }

            for (var i = 0; i < _gathered.Length; i++) _gathered[i] = from[first + (i * input.Stride)];
            input.Shape.WriteRow(tensor, row, all, _gathered);
        }
    }

    bool TryReadOutputs(int rows, Span<double> outputs)
    {
        if (_label is not null) return OnnxMaps.TryRead(_run.Made(0), _label, outputs, _plan.FixedRows);
        var tensor = _run.Outputs[0]!;
        if (_output.BatchAxis <= 0) tensor.Read(0, outputs);
        else
        {
            // Never of a fixed number of rows: there it is the first dimension.
            for (var row = 0; row < rows; row++) _output.ReadRow(tensor, row, rows, outputs.Slice(row * _output.Count, _output.Count));
        }

        return true;
    }

    void ReadStates(int rows, Span<double> states)
    {
        var at = 0;
        var all = _plan.FixedRows > 0 ? _plan.FixedRows : rows;
        for (var i = 0; i < _stateShapes.Length; i++)
        {
            var shape = _stateShapes[i];
            for (var row = 0; row < rows; row++)
                shape.ReadRow(_run.Outputs[i + 1]!, row, all, states.Slice((row * StateCount) + at, shape.Count));
            at += shape.Count;
        }
    }

    static List<(string Name, OnnxTensor Tensor)> Inputs(ModelPlan plan, int rows)
    {
        var inputs = new List<(string, OnnxTensor)>();
        foreach (var input in plan.Inputs)
        {
            var tensor = TensorOf(input.Info, input.Shape, plan, rows);
            Fill(tensor, input.Constant);
            inputs.Add((input.Info.Name, tensor));
        }

        return inputs;
    }

    // Of a fixed number of rows all are there in every run.
    static OnnxTensor TensorOf(OnnxValueInfo info, RowShape shape, ModelPlan plan, int rows) =>
        plan.FixedRows > 0 && shape.BatchAxis == 0
            ? new(info.Type, [shape.Dimensions[0] * plan.FixedRows, .. shape.Dimensions[1..]], -1, 1)
            : new(info.Type, shape.Dimensions, shape.BatchAxis, shape.BatchAxis < 0 ? 1 : rows);

    static void Fill(OnnxTensor tensor, double constant)
    {
        if (constant == 0) return;
        var values = new double[tensor.RowElements * tensor.MaxRows];
        Array.Fill(values, constant);
        tensor.Write(0, values);
    }

    static long[][]? TryProbe(OnnxSession session, ModelSettings settings, ModelPlan plan, IClock clock, int rows)
    {
        try
        {
            return Probe(session, settings, plan, clock, rows);
        }
        catch (ModelException)
        {
            return null;
        }
    }

    // Runs rows of zeros and lets ONNX Runtime make the outputs: their shapes are then known whatever the model declares.
    static long[][] Probe(OnnxSession session, ModelSettings settings, ModelPlan plan, IClock clock, int rows)
    {
        using var run = new OnnxRun(session, Inputs(plan, rows),
            [(plan.Output.Name, null), .. plan.StateOutputs.Select(s => (s.Name, (OnnxTensor?)null))]);
        // Ten seconds without an end is no model for a stream; the budget proper is held later, on a warm session.
        using (var watch = new RunBudget(run, TimeSpan.FromSeconds(10), clock))
        {
            watch.Begin();
            var status = run.Run(rows);
            watch.End();
            if (status != OnnxRunStatus.Ok)
                throw new ModelException(settings.Name, $"a run of {rows} row(s) of zeros fails: {run.LastError}");
        }

        var shapes = new long[1 + plan.StateOutputs.Count][];
        for (var i = 0; i < shapes.Length; i++)
            shapes[i] = i == 0 && plan.Output.Kind == OnnxValueKind.SequenceOfMaps ? [1] : run.Made(i).GetTensorTypeAndShape().Shape;
        return shapes;
    }

    /// <summary>What running was made ready with.</summary>
    /// <param name="Run">Memory and names for a run.</param>
    /// <param name="Shapes">Rows of the output and after it of each output that is a state.</param>
    /// <param name="MaxRows">Most rows of one run.</param>
    sealed record Ready(OnnxRun Run, RowShape[] Shapes, int MaxRows);
}
