using System.Runtime.InteropServices;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>Memory for one input or output of up to a number of rows, and ONNX Runtime's views of it.</summary>
/// <remarks>
/// The memory is taken once, outside the managed heap (so it never moves), 64-byte aligned and zeroed. A view (an OrtValue) of the
/// first n rows is made the first time n rows run and kept, so a run takes no memory. Single-threaded. Elements lie row by row.
/// </remarks>
public sealed unsafe class OnnxTensor : IDisposable
{
    readonly OnnxLibrary _library;
    readonly long[] _dimensions;
    readonly int _batchAxis;
    readonly nint[] _views;
    void* _memory;

    /// <summary>Takes the memory.</summary>
    /// <param name="library">The library.</param>
    /// <param name="type">Element type; text is refused.</param>
    /// <param name="dimensions">Sizes, without open ones except at <paramref name="batchAxis"/>.</param>
    /// <param name="batchAxis">The dimension that counts rows (always 0), or −1 when the shape is fixed.</param>
    /// <param name="maxRows">Most rows; 1 when the shape is fixed.</param>
    public OnnxTensor(OnnxLibrary library, OnnxElementType type, ReadOnlySpan<long> dimensions, int batchAxis, int maxRows)
    {
        if (OnnxValueInfo.SizeOf(type) == 0) throw new OnnxException($"a tensor of {type} cannot be used");
        (_library, Type, _dimensions, _batchAxis, MaxRows) = (library, type, dimensions.ToArray(), batchAxis, maxRows);
        long perRow = 1;
        for (var i = 0; i < _dimensions.Length; i++)
            if (i != batchAxis) perRow = checked(perRow * _dimensions[i]);
        RowElements = checked((int)perRow);
        _views = new nint[maxRows + 1];
        var bytes = (nuint)checked((long)RowElements * maxRows * OnnxValueInfo.SizeOf(type));
        _memory = NativeMemory.AlignedAlloc(Math.Max(bytes, 64), 64);
        NativeMemory.Clear(_memory, Math.Max(bytes, 64));
    }

    /// <summary>Element type.</summary>
    public OnnxElementType Type { get; }

    /// <summary>Elements of one row.</summary>
    public int RowElements { get; }

    /// <summary>Most rows of a run.</summary>
    public int MaxRows { get; }

    /// <summary>All rows as bytes.</summary>
    // The memory lives until Dispose; callers hold the tensor.
    public Span<byte> Bytes => new(_memory, RowElements * MaxRows * OnnxValueInfo.SizeOf(Type));

    /// <summary>Writes <paramref name="values"/> from element <paramref name="at"/> on, converted to the element type.</summary>
    /// <remarks>Integers are rounded to even and saturated; for <c>bool</c> everything but 0 is true.</remarks>
    public void Write(int at, ReadOnlySpan<double> values) => OnnxElements.Write(Type, Bytes, at, values);

    /// <summary>Reads elements from <paramref name="at"/> on into <paramref name="values"/>.</summary>
    public void Read(int at, Span<double> values) => OnnxElements.Read(Type, Bytes, at, values);

    /// <summary>The view of the first <paramref name="rows"/> rows.</summary>
    internal nint View(int rows)
    {
        ref var view = ref _views[rows];
        if (view == 0) view = CreateView(rows);
        return view;
    }

    nint CreateView(int rows)
    {
        if (_batchAxis >= 0) _dimensions[_batchAxis] = rows;
        nint value;
        var bytes = (nuint)((long)RowElements * rows * OnnxValueInfo.SizeOf(Type));
        fixed (long* shape = _dimensions)
            _library.Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_library[OrtFunction.CreateTensorWithDataAsOrtValue])(
                _library.CpuMemory, _memory, bytes, shape, (nuint)_dimensions.Length, (int)Type, &value));
        return value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ref var view in _views.AsSpan())
        {
            _library.Release(OrtFunction.ReleaseValue, view);
            view = 0;
        }

        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
