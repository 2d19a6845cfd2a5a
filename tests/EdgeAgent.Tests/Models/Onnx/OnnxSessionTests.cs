using EdgeAgent.Models.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace EdgeAgent.Tests.Models.Onnx;

public sealed class OnnxSessionTests
{
    [Fact]
    public void Inputs_outputs_and_metadata_are_as_declared()
    {
        using var session = TestModels.Open("several_inputs");
        Assert.Equal(["float32[n, 2]", "int64[n, 1]", "bool[n, 1]"], session.Inputs.Select(i => i.Describe()));
        Assert.Equal(["x", "count", "running"], session.Inputs.Select(i => i.Name));
        Assert.Equal("edge-agent-tests", session.Metadata.ProducerName);
        Assert.Equal([new("plant", "7")], session.Metadata.CustomMetadataMap);
        using var zipped = TestModels.Open("zipmap");
        Assert.Equal(["int64[?]", "sequence of maps to float32"], zipped.Outputs.Select(o => o.Describe()));
    }

    [Theory]
    [InlineData("broken_shape", "Incompatible dimensions")]
    [InlineData("broken_custom_op", "acme:Detect")]
    [InlineData("broken_opset", "Opset 99")]
    [InlineData("broken_truncated", "protobuf parsing failed")]
    public void A_broken_model_is_refused_with_onnx_runtimes_words(string model, string words) =>
        Assert.Contains(words, Assert.Throws<OnnxException>(() => TestModels.Open(model)).Message);

    [Fact]
    public void Text_is_not_a_model() =>
        Assert.Throws<OnnxException>(
            () => new OnnxSession(TestModels.Library, "pipelines:\n  hot: {}\n"u8.ToArray(), new OnnxSessionOptions()));

    [Fact]
    public void A_missing_provider_is_named_with_those_there_are()
    {
        var thrown = Assert.Throws<OnnxException>(() => TestModels.Open("pca", new OnnxSessionOptions { Provider = "coreml" }));
        Assert.Contains("provider `coreml` is not in", thrown.Message);
        Assert.Contains("cpu)", thrown.Message);
    }

    [Theory]
    [InlineData(false, true, 1)]
    [InlineData(true, false, 2)]
    public void Options_do_not_change_scores(bool arena, bool pattern, int threads)
    {
        using var a = TestModels.Open("pca");
        using var b = TestModels.Open("pca", new OnnxSessionOptions { Arena = arena, MemoryPattern = pattern, IntraOpThreads = threads });
        Assert.Equal(Score(a), Score(b));
    }

    [Fact]
    public void The_library_is_that_of_the_managed_api() => Assert.Equal("1.31.1", TestModels.Library.Version);

    static double[] Score(OnnxSession session)
    {
        using var run = new OnnxRun(session, [("x", new OnnxTensor(TensorElementType.Float, [0, 8], 0, 2))],
            [("y", new OnnxTensor(TensorElementType.Float, [0, 8], 0, 2))]);
        run.Inputs[0].Write(0, [1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1]);
        Assert.Equal(OnnxRunStatus.Ok, run.Run(2));
        var y = new double[16];
        run.Outputs[0]!.Read(0, y);
        return y;
    }
}
