using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Onnx;

/// <summary>What an input or output is.</summary>
enum OnnxValueKind
{
    /// <summary>A kind that is not read here (opaque, sparse, optional).</summary>
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
sealed record OnnxValueInfo(string Name, OnnxValueKind Kind, TensorElementType Type, long[] Dimensions, string[] Symbols)
{
    /// <summary>Bytes of one element; 0 for text and unknown types.</summary>
    public static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.UInt8 or TensorElementType.Int8 or TensorElementType.Bool => 1,
        TensorElementType.UInt16 or TensorElementType.Int16 or TensorElementType.Float16 or TensorElementType.BFloat16 => 2,
        TensorElementType.Float or TensorElementType.Int32 or TensorElementType.UInt32 => 4,
        TensorElementType.Double or TensorElementType.Int64 or TensorElementType.UInt64 => 8,
        _ => 0,
    };

    /// <summary>An input or output as the managed API gives it.</summary>
    public static OnnxValueInfo Of(string name, NodeMetadata data)
    {
        if (data.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR)
            return new(name, OnnxValueKind.Tensor, data.ElementDataType, Array.ConvertAll(data.Dimensions, d => (long)d),
                data.SymbolicDimensions);
        if (data.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE
            && data.AsSequenceMetadata().ElementMeta is { OnnxValueType: OnnxValueType.ONNX_TYPE_MAP } map
            && map.AsMapMetadata().ValueMetadata is { OnnxValueType: OnnxValueType.ONNX_TYPE_TENSOR } value)
            return new(name, OnnxValueKind.SequenceOfMaps, value.ElementDataType, [], []);
        return new(name, OnnxValueKind.Other, default, [], []);
    }

    /// <summary>Type and shape as a person writes them, such as <c>float[batch, 32]</c>.</summary>
    public string Describe()
    {
        if (Kind == OnnxValueKind.SequenceOfMaps) return $"sequence of maps to {NameOf(Type)}";
        if (Kind == OnnxValueKind.Other) return "a kind of value that cannot be used here";
        var dims = new string[Dimensions.Length];
        for (var i = 0; i < dims.Length; i++)
            dims[i] = Dimensions[i] >= 0 ? Dimensions[i].ToString(CultureInfo.InvariantCulture)
                : Symbols[i].Length > 0 ? Symbols[i] : "?";
        return $"{NameOf(Type)}[{string.Join(", ", dims)}]";
    }

    static string NameOf(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };
}
