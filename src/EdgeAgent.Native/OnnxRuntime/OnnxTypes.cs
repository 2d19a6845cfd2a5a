using System.Runtime.InteropServices;

namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>Reads type information handles.</summary>
static unsafe class OnnxTypes
{
    // ONNXType of the C interface.
    const int Tensor = 1, Sequence = 2, Map = 3;

    /// <summary>Describes a value of the type <paramref name="type"/>; the caller keeps the handle.</summary>
    public static OnnxValueInfo Read(OnnxLibrary library, nint type, string name)
    {
        switch (KindOf(library, type))
        {
            case Tensor:
                nint info;
                library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.CastTypeInfoToTensorInfo])(type, &info));
                return new OnnxValueInfo(name, OnnxValueKind.Tensor, ElementType(library, info), Dimensions(library, info), Symbols(library, info));
            case Sequence when MapValueType(library, type) is { } value:
                return new OnnxValueInfo(name, OnnxValueKind.SequenceOfMaps, value, [], []);
            default:
                return new OnnxValueInfo(name, OnnxValueKind.Other, OnnxElementType.Undefined, [], []);
        }
    }

    /// <summary>Element type of a tensor type or tensor shape handle.</summary>
    public static OnnxElementType ElementType(OnnxLibrary library, nint info)
    {
        int element;
        library.Check(((delegate* unmanaged<nint, int*, nint>)library[OrtFunction.GetTensorElementType])(info, &element));
        return (OnnxElementType)element;
    }

    /// <summary>Dimensions of a tensor type or tensor shape handle.</summary>
    public static long[] Dimensions(OnnxLibrary library, nint info)
    {
        nuint count;
        library.Check(((delegate* unmanaged<nint, nuint*, nint>)library[OrtFunction.GetDimensionsCount])(info, &count));
        var dimensions = new long[(int)count];
        fixed (long* d = dimensions)
            if (count > 0) library.Check(((delegate* unmanaged<nint, long*, nuint, nint>)library[OrtFunction.GetDimensions])(info, d, count));
        return dimensions;
    }

    static string[] Symbols(OnnxLibrary library, nint info)
    {
        nuint count;
        library.Check(((delegate* unmanaged<nint, nuint*, nint>)library[OrtFunction.GetDimensionsCount])(info, &count));
        var names = new nint[(int)count];
        fixed (nint* n = names)
            if (count > 0) library.Check(((delegate* unmanaged<nint, nint*, nuint, nint>)library[OrtFunction.GetSymbolicDimensions])(info, n, count));
        return Array.ConvertAll(names, n => Marshal.PtrToStringUTF8(n) ?? "");
    }

    static int KindOf(OnnxLibrary library, nint type)
    {
        int kind;
        library.Check(((delegate* unmanaged<nint, int*, nint>)library[OrtFunction.GetOnnxTypeFromTypeInfo])(type, &kind));
        return kind;
    }

    static OnnxElementType? MapValueType(OnnxLibrary library, nint sequence)
    {
        nint sequenceInfo, element, map, value = 0;
        library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.CastTypeInfoToSequenceTypeInfo])(sequence, &sequenceInfo));
        library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.GetSequenceElementType])(sequenceInfo, &element));
        try
        {
            if (KindOf(library, element) != Map) return null;
            library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.CastTypeInfoToMapTypeInfo])(element, &map));
            library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.GetMapValueType])(map, &value));
            if (KindOf(library, value) != Tensor) return null;
            nint info;
            library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.CastTypeInfoToTensorInfo])(value, &info));
            return ElementType(library, info);
        }
        finally
        {
            library.Release(OrtFunction.ReleaseTypeInfo, value);
            library.Release(OrtFunction.ReleaseTypeInfo, element);
        }
    }
}
