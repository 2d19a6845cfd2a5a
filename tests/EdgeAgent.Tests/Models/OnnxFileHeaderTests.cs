using EdgeAgent.Core.Models;
using Xunit;

namespace EdgeAgent.Tests.Models;

public sealed class OnnxFileHeaderTests
{
    [Fact]
    public void Reads_who_wrote_the_file_and_its_operator_sets()
    {
        Assert.True(OnnxFileHeader.TryRead(File.ReadAllBytes(TestModels.PathOf("iforest.onnx")), out var header));
        Assert.Equal("edge-agent-tests", header.Producer);
        Assert.Equal([new("ai.onnx", 13), new("ai.onnx.ml", 1)], header.Opsets);
        Assert.True(OnnxFileHeader.TryRead(File.ReadAllBytes(TestModels.PathOf("gru.onnx")), out var torch));
        Assert.Equal(("pytorch", "1.13.0"), (torch.Producer, torch.ProducerVersion));
    }

    [Fact]
    public void A_file_torn_anywhere_or_of_noise_is_refused_and_never_throws()
    {
        var whole = File.ReadAllBytes(TestModels.PathOf("pca.onnx"));
        for (var n = 0; n < whole.Length; n++) Assert.False(OnnxFileHeader.TryRead(whole.AsSpan(0, n), out _) && n < whole.Length - 20);
        var random = new Random(9);
        var noise = new byte[200];
        for (var i = 0; i < 5000; i++)
        {
            random.NextBytes(noise);
            OnnxFileHeader.TryRead(noise.AsSpan(0, random.Next(noise.Length)), out _);
        }

        Assert.False(OnnxFileHeader.TryRead("pipelines:\n  hot: {}\n"u8, out _));
    }
}
