using System.Security.Cryptography;
using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models;
using EdgeAgent.Status;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Models;

/// <summary><c>load: map</c>: the same scores from a mapped file, which is let go when it may be.</summary>
public sealed class MappedModelTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-mapped-").FullName;

    static MappedModelTests() => Assert.NotNull(TestModels.Library);

    [Fact]
    public void An_onnx_file_gives_the_same_scores_to_the_bit_and_is_mapped_only_while_it_loads()
    {
        var file = Put("dense_ae.onnx");
        Assert.Equal(Scores(file, false), Scores(file, true, mapped => Assert.False(mapped)));
    }

    [Fact]
    public void A_file_in_onnx_runtimes_own_format_gives_the_scores_of_its_onnx_file_read_or_mapped()
    {
        var file = Put("dense_ae.ort");
        var expected = Scores(Put("dense_ae.onnx"), false);
        AssertNear(expected, Scores(file, false, mapped => Assert.False(mapped)));
        AssertNear(expected, Scores(file, true, mapped => Assert.True(mapped)));
        Assert.False(IsMapped(file), "the model was disposed, its file is still mapped");
    }

    [Fact]
    public void The_hash_that_travels_is_that_of_the_file()
    {
        var file = Put("gain1.ort");
        var model = Model(file) with { Sha256 = Sha256(file) };
        var (rig, host, reports) = Build(model, Stage(1));
        rig.Add("a", 1, 3).Run();
        Assert.Contains($"\"model_sha256\":\"{Sha256(file)}\"", rig.Take());
        Assert.Equal(ReloadResult.Unchanged, host.Reload([model]).Single().Result);
        Assert.Empty(reports);
        host.Dispose();
        Assert.Contains("expected abcd", Assert.Single(Build(model with { Sha256 = "abcd" }, Stage(1)).Reports));
        Assert.False(IsMapped(file), "a refused file is still mapped");
    }

    [Fact]
    public void A_file_renamed_into_place_leaves_the_mapped_one_whole_until_the_swap()
    {
        var file = Put("gain1.ort", "m.ort");
        var model = Model(file);
        var (rig, host, reports) = Build(model, Stage(1));
        for (var i = 0; i < 20; i++)
        {
            var (now, next) = i % 2 == 0 ? (3, 6) : (6, 3);
            File.Move(Put(i % 2 == 0 ? "gain2.ort" : "gain1.ort", "next"), file, overwrite: true);
            rig.Add("a", 2 * i, 3).Run();
            Assert.Contains($"\"score\":{now},", rig.Take());
            Assert.Equal(ReloadResult.Swapped, host.Reload([model]).Single().Result);
            rig.Add("a", (2 * i) + 1, 3).Run();
            Assert.Contains($"\"score\":{next},", rig.Take());
            host.DisposeRetired();
            Assert.Equal(1, Mappings("m.ort"));
        }

        Assert.Empty(reports);
        host.Dispose();
        Assert.Equal(0, Mappings("m.ort"));
    }

    [Fact]
    public void A_file_written_to_in_place_is_told_of_once()
    {
        var file = Put("gain1.ort", "m.ort");
        var (rig, host, reports) = Build(Model(file), Stage(1));
        rig.Add("a", 1, 3).Run();
        host.DisposeRetired();
        Assert.Empty(reports);
        // Longer, not shorter: a mapping that lost its end must not be touched any more.
        File.AppendAllText(file, "x");
        host.DisposeRetired();
        host.DisposeRetired();
        Assert.Contains("m.ort was written to while it is mapped.", Assert.Single(reports));
        host.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_torn_file_is_one_line_at_whatever_length(bool map)
    {
        var whole = File.ReadAllBytes(TestModels.PathOf("dense_ae.ort"));
        var file = Path.Combine(_folder, "torn.ort");
        for (var n = 0; n < whole.Length; n += n < 64 ? 1 : 97)
        {
            File.WriteAllBytes(file, whole.AsSpan(0, n));
            var (_, host, reports) = Build(Model(file) with { Map = map }, Stage(32));
            Assert.StartsWith("model `m`: ", Assert.Single(reports));
            host.Dispose();
        }

        Assert.Equal(0, Mappings("torn.ort"));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static ModelSettings Model(string file) => new() { Name = "m", File = file, Budget = TimeSpan.FromSeconds(5), Map = true };

    static ScoreSettings Stage(int last) => ScoreRig.Readings(last) with { Model = "m" };

    static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    static (PipelineRig Rig, ModelHost Host, List<string> Reports) Build(ModelSettings model, ScoreSettings stage)
    {
        var reports = new List<string>();
        var host = new ModelHost([model], new SystemClock(), reports.Add);
        return (new PipelineRig(PipelineRig.Settings(new ScoreReadingsSettings { Name = "score", Score = stage }),
            stages: new StageRegistry(Components.Stages, host)), host, reports);
    }

    double[] Scores(string file, bool map, Action<bool>? whileLoaded = null)
    {
        var (rig, host, reports) = Build(Model(file) with { Map = map }, Stage(32) with { Score = ScoreKind.ReconstructionMse });
        for (var i = 0; i < 200; i++) rig.Add("a", i, Math.Sin(i * Math.PI / 8));
        rig.Run();
        whileLoaded?.Invoke(IsMapped(file));
        Assert.Empty(reports);
        host.Dispose();
        return [.. rig.TakeAll().Select(r => JsonDocument.Parse(r.Payload).RootElement.GetProperty("score").GetDouble())];
    }

    static void AssertNear(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-6);
    }

    bool IsMapped(string file) => Mappings(Path.GetFileName(file)) > 0;

    // Renamed files show as deleted.
    int Mappings(string name) => File.ReadLines("/proc/self/maps").Count(l => l.Contains(_folder + "/" + name));

    string Put(string model, string? name = null)
    {
        var path = Path.Combine(_folder, name ?? model);
        File.Copy(TestModels.PathOf(model), path, overwrite: true);
        return path;
    }
}
