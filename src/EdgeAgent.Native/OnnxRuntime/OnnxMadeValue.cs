using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>Reads a value that ONNX Runtime made: a tensor of unknown shape, or maps from label to number.</summary>
/// <remarks>Good until the next run of its <see cref="OnnxRun"/>.</remarks>
public readonly unsafe struct OnnxMadeValue
{
    // ONNXType of the C interface.
    const int Tensor = 1, Sequence = 2, Map = 3;
    readonly OnnxLibrary _library;
    readonly nint _value;

    internal OnnxMadeValue(OnnxLibrary library, nint value) => (_library, _value) = (library, value);

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="OnnxException">It is not one.</exception>
    public (OnnxElementType Type, long[] Dimensions) ReadShape()
    {
        nint info;
        _library.Check(((delegate* unmanaged<nint, nint*, nint>)_library[OrtFunction.GetTensorTypeAndShape])(_value, &info));
        try
        {
            return (OnnxTypes.ElementType(_library, info), OnnxTypes.Dimensions(_library, info));
        }
        finally
        {
            _library.Release(OrtFunction.ReleaseTensorTypeAndShapeInfo, info);
        }
    }

    /// <summary>Reads the first elements of a tensor of numbers into <paramref name="values"/>; false when it has fewer or is text.</summary>
    public bool TryRead(Span<double> values) => TryRead(_value, values);

    /// <summary>Reads, from each row's map, the number under <paramref name="label"/> into <paramref name="values"/>.</summary>
    /// <param name="label">A label as text; whole numbers in decimal.</param>
    /// <param name="values">One number a row.</param>
    /// <returns>False when the rows are not as many, or a row has no such label.</returns>
    public bool TryReadMaps(string label, Span<double> values)
    {
        nuint rows;
        if (KindOf(_value) != Sequence || !Ok(((delegate* unmanaged<nint, nuint*, nint>)_library[OrtFunction.GetValueCount])(_value, &rows))) return false;
        if (rows != (nuint)values.Length) return false;
        for (var i = 0; i < values.Length; i++)
        {
            var map = Item(_value, i);
            var keys = map == 0 ? 0 : Item(map, 0);
            var numbers = map == 0 ? 0 : Item(map, 1);
            var found = keys != 0 && numbers != 0 && TryFind(keys, numbers, label, out values[i]);
            _library.Release(OrtFunction.ReleaseValue, numbers);
            _library.Release(OrtFunction.ReleaseValue, keys);
            _library.Release(OrtFunction.ReleaseValue, map);
            if (!found) return false;
        }

        return true;
    }

    bool TryFind(nint keys, nint numbers, string label, out double number)
    {
        number = double.NaN;
        var count = Count(keys, out var type);
        if (count < 0) return false;
        for (var i = 0; i < count; i++)
        {
            if (!IsKey(keys, type, i, label)) continue;
            var length = Count(numbers, out var numberType);
            var size = OnnxValueInfo.SizeOf(numberType);
            nint data;
            if (size == 0 || i >= length || !Ok(((delegate* unmanaged<nint, nint*, nint>)_library[OrtFunction.GetTensorMutableData])(numbers, &data))) return false;
            // The tensor holds `length` elements until its value is released, after this call.
            OnnxElements.Read(numberType, new ReadOnlySpan<byte>((void*)data, length * size), i, new Span<double>(ref number));
            return true;
        }

        return false;
    }

    bool IsKey(nint keys, OnnxElementType type, int i, string label)
    {
        if (type != OnnxElementType.String)
        {
            nint data;
            if (type != OnnxElementType.Int64 || !Ok(((delegate* unmanaged<nint, nint*, nint>)_library[OrtFunction.GetTensorMutableData])(keys, &data))) return false;
            return long.TryParse(label, out var wanted) && ((long*)data)[i] == wanted;
        }

        nuint length;
        if (!Ok(((delegate* unmanaged<nint, nuint, nuint*, nint>)_library[OrtFunction.GetStringTensorElementLength])(keys, (nuint)i, &length))) return false;
        if (length != (nuint)Encoding.UTF8.GetByteCount(label) || length > 256) return false;
        Span<byte> text = stackalloc byte[(int)length], expected = stackalloc byte[(int)length];
        fixed (byte* t = text)
            if (!Ok(((delegate* unmanaged<nint, nuint, nuint, byte*, nint>)_library[OrtFunction.GetStringTensorElement])(keys, length, (nuint)i, t))) return false;
        Encoding.UTF8.GetBytes(label, expected);
        return text.SequenceEqual(expected);
    }

    bool TryRead(nint tensor, Span<double> values)
    {
        if (tensor == 0 || KindOf(tensor) != Tensor) return false;
        var count = Count(tensor, out var type);
        var size = OnnxValueInfo.SizeOf(type);
        nint data;
        if (size == 0 || count < values.Length || !Ok(((delegate* unmanaged<nint, nint*, nint>)_library[OrtFunction.GetTensorMutableData])(tensor, &data))) return false;
        OnnxElements.Read(type, new ReadOnlySpan<byte>((void*)data, count * size), 0, values);
        return true;
    }

    int Count(nint tensor, out OnnxElementType type)
    {
        nint info;
        nuint count = 0;
        type = OnnxElementType.Undefined;
        if (!Ok(((delegate* unmanaged<nint, nint*, nint>)_library[OrtFunction.GetTensorTypeAndShape])(tensor, &info))) return -1;
        var element = 0;
        var ok = Ok(((delegate* unmanaged<nint, int*, nint>)_library[OrtFunction.GetTensorElementType])(info, &element))
            && Ok(((delegate* unmanaged<nint, nuint*, nint>)_library[OrtFunction.GetTensorShapeElementCount])(info, &count));
        _library.Release(OrtFunction.ReleaseTensorTypeAndShapeInfo, info);
        type = (OnnxElementType)element;
        return ok ? (int)count : -1;
    }

    int KindOf(nint value)
    {
        int kind;
        return value != 0 && Ok(((delegate* unmanaged<nint, int*, nint>)_library[OrtFunction.GetValueType])(value, &kind)) ? kind : 0;
    }

    nint Item(nint container, int index)
    {
        nint item;
        return Ok(((delegate* unmanaged<nint, int, nint, nint*, nint>)_library[OrtFunction.GetValue])(container, index, _library.DefaultAllocator, &item)) ? item : 0;
    }

    bool Ok(nint status)
    {
        _library.Release(OrtFunction.ReleaseStatus, status);
        return status == 0;
    }
}
