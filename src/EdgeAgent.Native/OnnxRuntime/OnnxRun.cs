using System.Runtime.InteropServices;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>How a run ended.</summary>
public enum OnnxRunStatus
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
/// A run allocates nothing on the managed heap and, once a row count has been seen, no view either. Maps (<c>ZipMap</c>) are made by
/// ONNX Runtime at each run and read back here. Single-threaded but for <see cref="Terminate"/>. It owns its tensors.
/// </remarks>
public sealed unsafe class OnnxRun : IDisposable
{
    readonly OnnxSession _session;
    readonly OnnxLibrary _library;
    readonly OnnxTensor[] _inputs;
    readonly OnnxTensor?[] _outputs;
    readonly nint[] _namePointers;
    readonly nint[] _values;
    readonly nint _options;
    readonly Lock _gate = new();
    bool _running, _terminated;
    long _number;
    nint _lastStatus;

    /// <summary>Prepares runs.</summary>
    /// <param name="session">The model; must outlive this.</param>
    /// <param name="inputs">Every input by name, with its memory; ownership moves here.</param>
    /// <param name="outputs">The outputs to compute; a null tensor lets ONNX Runtime make the value (maps, unknown shapes).</param>
    public OnnxRun(OnnxSession session, IReadOnlyList<(string Name, OnnxTensor Tensor)> inputs, IReadOnlyList<(string Name, OnnxTensor? Tensor)> outputs)
    {
        (_session, _library) = (session, session.Library);
        _inputs = [.. inputs.Select(i => i.Tensor)];
        _outputs = [.. outputs.Select(o => o.Tensor)];
        string[] names = [.. inputs.Select(i => i.Name), .. outputs.Select(o => o.Name)];
        _namePointers = Array.ConvertAll(names, Marshal.StringToCoTaskMemUTF8);
        _values = new nint[names.Length];
        nint options;
        _library.Check(((delegate* unmanaged<nint*, nint>)_library[OrtFunction.CreateRunOptions])(&options));
        _options = options;
    }

    /// <summary>Memory of the inputs in the order given.</summary>
    public ReadOnlySpan<OnnxTensor> Inputs => _inputs;

    /// <summary>Memory of the outputs in the order given; null where ONNX Runtime makes the value.</summary>
    public ReadOnlySpan<OnnxTensor?> Outputs => _outputs;

    /// <summary>Number of the run under way or of the last one; rises by one a run. Any thread.</summary>
    public long Number => Volatile.Read(ref _number);

    /// <summary>ONNX Runtime's message for the last run that failed, or empty text.</summary>
    public string LastError
    {
        get
        {
            if (_lastStatus == 0) return "";
            return Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)_library[OrtFunction.GetErrorMessage])(_lastStatus)) ?? "";
        }
    }

    /// <summary>Runs the first <paramref name="rows"/> rows of the inputs. Never throws for what a model does.</summary>
    public OnnxRunStatus Run(int rows)
    {
        var inputs = _inputs.Length;
        for (var i = 0; i < inputs; i++) _values[i] = _inputs[i].View(Math.Min(rows, _inputs[i].MaxRows));
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (_outputs[i] is { } tensor) _values[inputs + i] = tensor.View(Math.Min(rows, tensor.MaxRows));
            else ReleaseMade(inputs + i);
        }

        lock (_gate)
        {
            _running = true;
            Volatile.Write(ref _number, _number + 1);
        }

        nint status;
        // Pinned for the call only; the values and names they point at are native.
        fixed (nint* names = _namePointers, values = _values)
            status = ((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)_library[OrtFunction.Run])(
                _session.Handle, _options, names, values, (nuint)inputs, names + inputs, (nuint)_outputs.Length, values + inputs);
        bool terminated;
        lock (_gate)
        {
            _running = false;
            terminated = _terminated;
            if (terminated) Clear();
        }

        if (status == 0) return OnnxRunStatus.Ok;
        _library.Release(OrtFunction.ReleaseStatus, _lastStatus);
        _lastStatus = status;
        return terminated ? OnnxRunStatus.Terminated : OnnxRunStatus.Failed;
    }

    /// <summary>Ends the run numbered <paramref name="number"/> at its next operator; does nothing when it is not under way. Any thread.</summary>
    public void Terminate(long number)
    {
        lock (_gate)
        {
            if (!_running || _terminated || number != _number) return;
            _terminated = true;
            _library.Check(((delegate* unmanaged<nint, nint>)_library[OrtFunction.RunOptionsSetTerminate])(_options));
        }
    }

    /// <summary>The value ONNX Runtime made for an output without a tensor, until the next run.</summary>
    public OnnxMadeValue Made(int output) => new(_library, _values[_inputs.Length + output]);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < _outputs.Length; i++)
            if (_outputs[i] is null) ReleaseMade(_inputs.Length + i);
        foreach (var tensor in _inputs) tensor.Dispose();
        foreach (var tensor in _outputs) tensor?.Dispose();
        foreach (var name in _namePointers) Marshal.FreeCoTaskMem(name);
        _library.Release(OrtFunction.ReleaseStatus, _lastStatus);
        _lastStatus = 0;
        _library.Release(OrtFunction.ReleaseRunOptions, _options);
    }

    void Clear()
    {
        _terminated = false;
        _library.Check(((delegate* unmanaged<nint, nint>)_library[OrtFunction.RunOptionsUnsetTerminate])(_options));
    }

    void ReleaseMade(int at)
    {
        _library.Release(OrtFunction.ReleaseValue, _values[at]);
        _values[at] = 0;
    }
}
