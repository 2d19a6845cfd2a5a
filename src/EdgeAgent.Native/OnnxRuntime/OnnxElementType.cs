namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>Type of a tensor's elements; numbered as <c>ONNXTensorElementDataType</c>.</summary>
public enum OnnxElementType
{
    /// <summary>Not a tensor, or not known.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 binary32.</summary>
    Float = 1,

    /// <summary>8 bits, unsigned.</summary>
    UInt8 = 2,

    /// <summary>8 bits, signed.</summary>
    Int8 = 3,

    /// <summary>16 bits, unsigned.</summary>
    UInt16 = 4,

    /// <summary>16 bits, signed.</summary>
    Int16 = 5,

    /// <summary>32 bits, signed.</summary>
    Int32 = 6,

    /// <summary>64 bits, signed.</summary>
    Int64 = 7,

    /// <summary>Text; readable as a map key only.</summary>
    String = 8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 binary64.</summary>
    Double = 11,

    /// <summary>32 bits, unsigned.</summary>
    UInt32 = 12,

    /// <summary>64 bits, unsigned.</summary>
    UInt64 = 13,

    /// <summary>The upper 16 bits of a binary32.</summary>
    BFloat16 = 16,
}

/// <summary>What an input or output is.</summary>
public enum OnnxValueKind
{
    /// <summary>A kind this binding does not read (opaque, sparse, optional).</summary>
    Other = 0,

    /// <summary>A dense tensor.</summary>
    Tensor = 1,

    /// <summary>A sequence of maps from label to number, as <c>ZipMap</c> gives: one map a row.</summary>
    SequenceOfMaps = 2,
}

/// <summary>An input or output as the model declares it.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Type">Element type of a tensor, or the value type of the maps.</param>
/// <param name="Dimensions">Sizes; −1 where the model leaves a dimension open.</param>
/// <param name="Symbols">Names of open dimensions; empty text where there is none.</param>
public sealed record OnnxValueInfo(string Name, OnnxValueKind Kind, OnnxElementType Type, long[] Dimensions, string[] Symbols)
{
    /// <summary>Bytes of one element; 0 for text and unknown types.</summary>
    public static int SizeOf(OnnxElementType type) => type switch
    {
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Bool => 1,
        OnnxElementType.UInt16 or OnnxElementType.Int16 or OnnxElementType.Float16 or OnnxElementType.BFloat16 => 2,
        OnnxElementType.Float or OnnxElementType.Int32 or OnnxElementType.UInt32 => 4,
        OnnxElementType.Double or OnnxElementType.Int64 or OnnxElementType.UInt64 => 8,
        _ => 0,
    };

    /// <summary>Type and shape as a person writes them, such as <c>float[batch, 32]</c>.</summary>
    public string Describe()
    {
        if (Kind == OnnxValueKind.SequenceOfMaps) return $"sequence of maps to {NameOf(Type)}";
        if (Kind == OnnxValueKind.Other) return "a kind of value that cannot be used here";
        var dims = new string[Dimensions.Length];
        for (var i = 0; i < dims.Length; i++)
            dims[i] = Dimensions[i] >= 0 ? Dimensions[i].ToString(System.Globalization.CultureInfo.InvariantCulture)
                : Symbols[i].Length > 0 ? Symbols[i] : "?";
        return $"{NameOf(Type)}[{string.Join(", ", dims)}]";
    }

    static string NameOf(OnnxElementType type) => type switch
    {
        OnnxElementType.Float => "float32",
        OnnxElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };
}
