using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Models;

/// <summary>A model of 200 MB, made here: refused by its size before it is read, and usable where its size is allowed.</summary>
[Collection("alone")]
public sealed class LargeModelTests : IDisposable
{
    const int WeightBytes = 200_000_000;
    readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("edge-agent-large-").FullName, "large.onnx");

    static LargeModelTests() => Assert.NotNull(TestModels.Library);

    public LargeModelTests()
    {
        // Two messages of one type after another are one message (protobuf, "last one wins" and merging): to gain2.onnx is added a weight
        // that no node uses. Its zeros are a hole in the file.
        var tensor = new List<byte>();
        Field(tensor, 1, 0, WeightBytes / 4);      // TensorProto.dims
        Field(tensor, 2, 0, 1);                    // data_type: float
        Field(tensor, 8, 2, 4);                    // name
        tensor.AddRange("dead"u8);
        Field(tensor, 9, 2, WeightBytes);          // raw_data
        var graph = new List<byte>();
        Field(graph, 5, 2, (ulong)(tensor.Count + WeightBytes)); // GraphProto.initializer
        var model = new List<byte>(File.ReadAllBytes(TestModels.PathOf("gain2.onnx")));
        Field(model, 7, 2, (ulong)(graph.Count + tensor.Count + WeightBytes)); // ModelProto.graph
        using var stream = File.Create(_file);
        stream.Write([.. model, .. graph, .. tensor]);
        stream.SetLength(stream.Length + WeightBytes);
    }

    [Fact]
    public void It_is_refused_without_being_read()
    {
        var before = GC.GetTotalAllocatedBytes();
        var reports = Build(new ModelSettings { Name = "m", File = _file }, out var host, out _);
        Assert.Matches(@"^model `m`: .*large\.onnx has 200000\d+ bytes, max_size is 67108864\. Raise max_size, or use a smaller model\.",
            Assert.Single(reports));
        Assert.True(GC.GetTotalAllocatedBytes() - before < 10_000_000, "the file was read into memory");
        host.Dispose();
    }

    [Fact]
    public void It_scores_where_max_size_allows_it()
    {
        var reports = Build(new ModelSettings { Name = "m", File = _file, MaxSizeBytes = 256 << 20, Budget = TimeSpan.FromSeconds(30) },
            out var host, out var rig);
        Assert.Empty(reports);
        rig.Add("a", 1, 3).Run();
        Assert.Contains("\"score\":6,", rig.Take());
        host.Dispose();
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    static List<string> Build(ModelSettings model, out ModelHost host, out PipelineRig rig)
    {
        var reports = new List<string>();
        host = new ModelHost([model], new SystemClock(), reports.Add);
        var stage = ScoreRig.Readings() with { Model = "m" };
        rig = new PipelineRig(PipelineRig.Settings(new ScoreReadingsSettings { Name = "score", Score = stage }),
            stages: new StageRegistry(Components.Stages, host));
        return reports;
    }

    static void Field(List<byte> to, int number, int wireType, ulong value)
    {
        to.Add((byte)((number << 3) | wireType));
        for (; value >= 0x80; value >>= 7) to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }
}
