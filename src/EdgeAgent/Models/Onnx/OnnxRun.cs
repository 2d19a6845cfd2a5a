using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Models.Onnx;

/// <summary>How a run ended.</summary>
enum OnnxRunStatus
{
    /// <summary>The outputs hold the results.</summary>
    Ok,

    /// <summary>It was ended by <see cref="OnnxRun.Terminate"/>.</summary>
    Terminated,

    /// <summary>ONNX Runtime refused it; <see cref="OnnxRun.LastError"/> says why.</summary>
    Failed,
}

/// <summary>One way of running a session: chosen inputs and outputs over memory taken once.</summary>
/// <remarks>
/// The binding of a row count is made the first time so many rows run and kept: after that a run allocates nothing. Where ONNX Runtime
/// makes the values (maps of <c>ZipMap</c>, shapes not known yet), each run allocates them. Single-threaded but for
/// <see cref="Terminate"/>. It owns its tensors.
/// </remarks>
sealed class OnnxRun : IDisposable
{
    readonly InferenceSession _session;
    readonly OnnxTensor[] _inputs;
    readonly OnnxTensor?[] _outputs;
    readonly string[] _inputNames, _outputNames;
    readonly OrtIoBinding?[] _bindings;
    readonly RunOptions _options = new();
    readonly Lock _gate = new();
    readonly bool _makes;
    IDisposableReadOnlyCollection<OrtValue>? _made;
    bool _running, _terminated;
    long _number;

    /// <summary>Prepares runs.</summary>
    /// <param name="session">The model; must outlive this.</param>
    /// <param name="inputs">Every input by name, with its memory; ownership moves here.</param>
    /// <param name="outputs">The outputs to compute; a null tensor lets ONNX Runtime make the value (maps, unknown shapes).</param>
    public OnnxRun(OnnxSession session, IReadOnlyList<(string Name, OnnxTensor Tensor)> inputs,
        IReadOnlyList<(string Name, OnnxTensor? Tensor)> outputs)
    {
        _session = session.Native;
        (_inputNames, _inputs) = ([.. inputs.Select(i => i.Name)], [.. inputs.Select(i => i.Tensor)]);
        (_outputNames, _outputs) = ([.. outputs.Select(o => o.Name)], [.. outputs.Select(o => o.Tensor)]);
        _makes = Array.IndexOf(_outputs, null) >= 0;
        _bindings = new OrtIoBinding?[_inputs.Concat(_outputs.OfType<OnnxTensor>()).Max(t => t.MaxRows) + 1];
    }

    /// <summary>Memory of the inputs in the order given.</summary>
    public ReadOnlySpan<OnnxTensor> Inputs => _inputs;

    /// <summary>Memory of the outputs in the order given; null where ONNX Runtime makes the value.</summary>
    public ReadOnlySpan<OnnxTensor?> Outputs => _outputs;

    /// <summary>Number of the run under way or of the last one; rises by one a run. Any thread.</summary>
    public long Number => Volatile.Read(ref _number);

    /// <summary>ONNX Runtime's message for the last run that failed, or empty text.</summary>
    public string LastError { get; private set; } = "";

    /// <summary>Runs the first <paramref name="rows"/> rows of the inputs. Never throws for what a model does.</summary>
    /// <remarks>A run that fails costs an exception inside, some 20 µs.</remarks>
    public OnnxRunStatus Run(int rows)
    {
        lock (_gate)
        {
            _running = true;
            Volatile.Write(ref _number, _number + 1);
        }

        var failed = false;
        try
        {
            if (_makes) RunMaking(rows);
            else _session.RunWithBinding(_options, _bindings[rows] ??= Bind(rows));
        }
        catch (OnnxRuntimeException e)
        {
            (failed, LastError) = (true, e.Message);
        }

        bool terminated;
        lock (_gate)
        {
            _running = false;
            terminated = _terminated;
            if (terminated) _options.Terminate = _terminated = false;
        }

        return !failed ? OnnxRunStatus.Ok : terminated ? OnnxRunStatus.Terminated : OnnxRunStatus.Failed;
    }

    /// <summary>Ends the run numbered <paramref name="number"/> at its next operator; does nothing when it is not under way.
    /// Any thread.</summary>
    public void Terminate(long number)
    {
        lock (_gate)
        {
            if (!_running || _terminated || number != _number) return;
            _options.Terminate = _terminated = true;
        }
    }

    /// <summary>The value ONNX Runtime made for an output, until the next run.</summary>
    public OrtValue Made(int output) => _made?[output] ?? throw new InvalidOperationException("no run has made values");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var binding in _bindings) binding?.Dispose();
        _made?.Dispose();
        foreach (var tensor in _inputs) tensor.Dispose();
        foreach (var tensor in _outputs) tensor?.Dispose();
        _options.Dispose();
    }

    OrtIoBinding Bind(int rows)
    {
        var binding = _session.CreateIoBinding();
        for (var i = 0; i < _inputs.Length; i++) binding.BindInput(_inputNames[i], View(_inputs[i], rows));
        for (var i = 0; i < _outputs.Length; i++) binding.BindOutput(_outputNames[i], View(_outputs[i]!, rows));
        return binding;
    }

    void RunMaking(int rows)
    {
        _made?.Dispose();
        _made = null;
        _made = _session.Run(_options, _inputNames, [.. _inputs.Select(t => View(t, rows))], _outputNames);
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (_outputs[i] is not { } tensor) continue;
            var made = _made[i].GetTensorMutableRawData();
            made[..Math.Min(made.Length, tensor.Bytes.Length)].CopyTo(tensor.Bytes);
        }
    }

    static OrtValue View(OnnxTensor tensor, int rows) => tensor.View(Math.Min(rows, tensor.MaxRows));
}
