using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Models.Onnx;

/// <summary>Reads a classifier's maps from label to number, one map a row, as <c>ZipMap</c> gives them.</summary>
static class OnnxMaps
{
    /// <summary>Reads, from each row's map, the number under <paramref name="label"/> into <paramref name="values"/>.</summary>
    /// <param name="maps">A sequence of maps that ONNX Runtime made.</param>
    /// <param name="label">A label as text; whole numbers in decimal.</param>
    /// <param name="values">One number a row.</param>
    /// <param name="rows">Rows of the run when it has more than are read; 0 for as many.</param>
    /// <returns>False when the rows are not as many, or a row has no such label.</returns>
    public static bool TryRead(OrtValue maps, string label, Span<double> values, int rows = 0)
    {
        if (maps.OnnxType != OnnxValueType.ONNX_TYPE_SEQUENCE || maps.GetValueCount() != (rows > 0 ? rows : values.Length)) return false;
        var allocator = OrtAllocator.DefaultInstance;
        for (var row = 0; row < values.Length; row++)
        {
            using var map = maps.GetValue(row, allocator);
            if (map.OnnxType != OnnxValueType.ONNX_TYPE_MAP) return false;
            using var keys = map.GetValue(0, allocator);
            using var numbers = map.GetValue(1, allocator);
            var at = IndexOf(keys, label);
            var type = numbers.GetTensorTypeAndShape().ElementDataType;
            if (at < 0 || OnnxValueInfo.SizeOf(type) == 0) return false;
            OnnxElements.Read(type, numbers.GetTensorMutableRawData(), at, values.Slice(row, 1));
        }

        return true;
    }

    /// <summary>The labels of the first row's map; empty when there is none.</summary>
    public static IReadOnlyList<string> Labels(OrtValue maps)
    {
        if (maps.OnnxType != OnnxValueType.ONNX_TYPE_SEQUENCE || maps.GetValueCount() == 0) return [];
        var allocator = OrtAllocator.DefaultInstance;
        using var map = maps.GetValue(0, allocator);
        if (map.OnnxType != OnnxValueType.ONNX_TYPE_MAP) return [];
        using var keys = map.GetValue(0, allocator);
        var shape = keys.GetTensorTypeAndShape();
        var labels = new List<string>();
        for (var i = 0; i < shape.ElementCount; i++)
        {
            if (shape.IsString) labels.Add(keys.GetStringElement(i));
            else if (shape.ElementDataType == TensorElementType.Int64)
                labels.Add(keys.GetTensorDataAsSpan<long>()[i].ToString(CultureInfo.InvariantCulture));
        }

        return labels;
    }

    static int IndexOf(OrtValue keys, string label)
    {
        var shape = keys.GetTensorTypeAndShape();
        if (shape.IsString)
        {
            for (var i = 0; i < shape.ElementCount; i++)
                if (keys.GetStringElement(i) == label) return i;
            return -1;
        }

        return shape.ElementDataType == TensorElementType.Int64
            && long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? keys.GetTensorDataAsSpan<long>().IndexOf(number) : -1;
    }
}
