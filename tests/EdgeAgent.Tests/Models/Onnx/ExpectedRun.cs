using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Tests.Models.Onnx;

/// <summary>A tensor of <c>expected/*.json</c>.</summary>
sealed record ExpectedTensor(string Name, TensorElementType Type, long[] Dimensions, byte[] Data);

/// <summary>One run another program made with the same library version.</summary>
sealed record ExpectedRun(IReadOnlyList<ExpectedTensor> Inputs, IReadOnlyList<ExpectedTensor> Outputs)
{
    /// <summary>Reads all runs, and whether they were made on a processor with the same vector width as this one.</summary>
    public static (List<ExpectedRun> Runs, bool SameProcessor) Read(string model)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(TestModels.PathOf($"expected/{model}.json")));
        var cpu = Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : "other";
        var runs = json.RootElement.GetProperty("runs").EnumerateArray()
            .Select(r => new ExpectedRun(Tensors(r.GetProperty("inputs")), Tensors(r.GetProperty("outputs")))).ToList();
        return (runs, json.RootElement.GetProperty("cpu").GetString() == cpu);
    }

    static List<ExpectedTensor> Tensors(JsonElement json) => [.. json.EnumerateObject().Select(p => new ExpectedTensor(p.Name,
        TypeOf(p.Value.GetProperty("type").GetString()!), [.. p.Value.GetProperty("dims").EnumerateArray().Select(d => d.GetInt64())],
        p.Value.GetProperty("data").GetBytesFromBase64()))];

    static TensorElementType TypeOf(string name) => name switch
    {
        "float32" => TensorElementType.Float,
        "float64" => TensorElementType.Double,
        "float16" => TensorElementType.Float16,
        "int64" => TensorElementType.Int64,
        "bool" => TensorElementType.Bool,
        _ => throw new ArgumentException(name),
    };
}
