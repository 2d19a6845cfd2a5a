using System.Runtime.InteropServices;
using EdgeAgent.Models.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace EdgeAgent.Tests.Models.Onnx;

/// <summary>Outputs equal those of another program calling the same ONNX Runtime (tests/models/expect.js), bit for bit.</summary>
public sealed class ExpectedOutputTests
{
    [Theory]
    [InlineData("dense_ae")]
    [InlineData("dense_ae_fixed1")]
    [InlineData("dense_ae_f64")]
    [InlineData("dense_ae_f16")]
    [InlineData("conv_ae")]
    [InlineData("gru")]
    [InlineData("iforest")]
    [InlineData("pca")]
    [InlineData("classifier")]
    [InlineData("several_inputs")]
    public void Outputs_equal_those_of_another_program(string model)
    {
        var (runs, sameProcessor) = ExpectedRun.Read(model);
        using var session = TestModels.Open(model);
        Assert.NotEmpty(runs);
        foreach (var expected in runs)
        {
            using var run = new OnnxRun(session, [.. expected.Inputs.Select(t => (t.Name, Filled(t)))],
                [.. expected.Outputs.Select(t => (t.Name, (OnnxTensor?)Sized(t)))]);
            Assert.Equal(OnnxRunStatus.Ok, run.Run(1));
            for (var i = 0; i < expected.Outputs.Count; i++) AssertEqual(expected.Outputs[i], run.Outputs[i]!, sameProcessor);
        }
    }

    [Fact]
    public void A_run_without_output_memory_gives_the_same_bits()
    {
        var expected = ExpectedRun.Read("dense_ae").Runs[1];
        using var session = TestModels.Open("dense_ae");
        using var given = new OnnxRun(session, [("x", Filled(expected.Inputs[0]))], [("y", Sized(expected.Outputs[0]))]);
        using var made = new OnnxRun(session, [("x", Filled(expected.Inputs[0]))], [("y", null)]);
        Assert.Equal(OnnxRunStatus.Ok, given.Run(1));
        Assert.Equal(OnnxRunStatus.Ok, made.Run(1));
        Assert.Equal([3, 32], made.Made(0).GetTensorTypeAndShape().Shape);
        var (a, b) = (new double[96], new double[96]);
        given.Outputs[0]!.Read(0, a);
        for (var i = 0; i < b.Length; i++) b[i] = made.Made(0).GetTensorDataAsSpan<float>()[i];
        Assert.Equal(a, b);
    }

    static OnnxTensor Sized(ExpectedTensor tensor) => new(tensor.Type, tensor.Dimensions, -1, 1);

    static OnnxTensor Filled(ExpectedTensor tensor)
    {
        var memory = Sized(tensor);
        tensor.Data.CopyTo(memory.Bytes);
        return memory;
    }

    // Kernels are chosen by the processor's vector width; on another one sums round in another order, by at most a few ulp.
    static void AssertEqual(ExpectedTensor expected, OnnxTensor actual, bool sameProcessor)
    {
        if (sameProcessor || expected.Type is not (TensorElementType.Float or TensorElementType.Double))
        {
            Assert.Equal(expected.Data, actual.Bytes.ToArray());
            return;
        }

        var values = new double[actual.RowElements];
        actual.Read(0, values);
        for (var i = 0; i < values.Length; i++)
        {
            var want = expected.Type == TensorElementType.Float ? MemoryMarshal.Cast<byte, float>(expected.Data)[i]
                : MemoryMarshal.Cast<byte, double>(expected.Data)[i];
            Assert.Equal(want, values[i], expected.Type == TensorElementType.Float ? 2e-6 : 1e-14);
        }
    }
}
