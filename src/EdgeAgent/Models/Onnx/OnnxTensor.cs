using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Onnx;

/// <summary>Memory for one input or output of up to a number of rows, and ONNX Runtime's views of it.</summary>
/// <remarks>
/// The memory is taken once, pinned (so it never moves), zeroed, and starts at a multiple of 64 bytes. A view (an OrtValue) of the first n
/// rows is made the first time n rows run and kept. Single-threaded. Elements lie row by row.
/// </remarks>
sealed class OnnxTensor : IDisposable
{
    const int Alignment = 64;
    readonly long[] _dimensions;
    readonly int _batchAxis, _start;
    readonly byte[] _memory;
    readonly OrtValue?[] _views;

    /// <summary>Takes the memory.</summary>
    /// <param name="type">Element type; text is refused.</param>
    /// <param name="dimensions">Sizes of one row, without open ones; at <paramref name="batchAxis"/> 0 stands for 1.</param>
    /// <param name="batchAxis">The dimension that grows with the rows, or −1 when the shape is fixed.</param>
    /// <param name="maxRows">Most rows; 1 when the shape is fixed.</param>
    public OnnxTensor(TensorElementType type, ReadOnlySpan<long> dimensions, int batchAxis, int maxRows)
    {
        if (OnnxValueInfo.SizeOf(type) == 0) throw new OnnxException($"a tensor of {type} cannot be used");
        (Type, _dimensions, _batchAxis, MaxRows) = (type, dimensions.ToArray(), batchAxis, maxRows);
        if (batchAxis >= 0 && _dimensions[batchAxis] == 0) _dimensions[batchAxis] = 1;
        long perRow = 1;
        foreach (var size in _dimensions) perRow = checked(perRow * size);
        RowElements = checked((int)perRow);
        _views = new OrtValue?[maxRows + 1];
        _memory = GC.AllocateArray<byte>(checked((RowElements * maxRows * OnnxValueInfo.SizeOf(type)) + Alignment), pinned: true);
        _start = (int)(-Address(0) & (Alignment - 1));
    }

    /// <summary>Element type.</summary>
    public TensorElementType Type { get; }

    /// <summary>Elements of one row.</summary>
    public int RowElements { get; }

    /// <summary>Most rows of a run.</summary>
    public int MaxRows { get; }

    /// <summary>All rows as bytes.</summary>
    public Span<byte> Bytes => _memory.AsSpan(_start, RowElements * MaxRows * OnnxValueInfo.SizeOf(Type));

    /// <summary>Writes <paramref name="values"/> from element <paramref name="at"/> on, converted to the element type.</summary>
    /// <remarks>Integers are rounded to even and saturated; for <c>bool</c> everything but 0 is true.</remarks>
    public void Write(int at, ReadOnlySpan<double> values) => OnnxElements.Write(Type, Bytes, at, values);

    /// <summary>Reads elements from <paramref name="at"/> on into <paramref name="values"/>.</summary>
    public void Read(int at, Span<double> values) => OnnxElements.Read(Type, Bytes, at, values);

    /// <summary>The view of the first <paramref name="rows"/> rows.</summary>
    internal OrtValue View(int rows)
    {
        ref var view = ref _views[rows];
        if (view is not null) return view;
        var dimensions = (long[])_dimensions.Clone();
        if (_batchAxis >= 0) dimensions[_batchAxis] *= rows;
        var bytes = (long)RowElements * rows * OnnxValueInfo.SizeOf(Type);
        return view = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, Type, dimensions, Address(_start), bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in _views) view?.Dispose();
        Array.Clear(_views);
    }

    // Of pinned memory, which lives as long as this object: whoever runs over a view holds the tensor.
    nint Address(int at) => Marshal.UnsafeAddrOfPinnedArrayElement(_memory, at);
}
