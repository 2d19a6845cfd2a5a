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

/// <summary>First models: loaded beside the start, and once for all stages of the same content.</summary>
public sealed class ModelStartTests
{
    static ModelStartTests() => Assert.NotNull(TestModels.Library);

    static ModelSettings Model(string file) =>
        new() { Name = "m", File = TestModels.PathOf(file + ".onnx"), Budget = TimeSpan.FromSeconds(5) };

    static ScoreSettings Stage(int last = 1) => ScoreRig.Readings(last) with { Model = "m" };

    [Fact]
    public void Stages_of_the_same_content_and_options_share_a_session_that_goes_with_the_last()
    {
        var forest = Model("iforest");
        var host = new ModelHost([forest, forest with { Name = "n" }, forest with { Name = "o", Threads = 2 }], new SystemClock(),
            message => Assert.Fail(message));
        var registry = new StageRegistry(Components.Stages, host);
        PipelineRig Rig(string model) => new(PipelineRig.Settings(
            new ScoreReadingsSettings { Name = "score", Score = Stage(4) with { Model = model } }), stages: registry);
        PipelineRig[] rigs = [.. Enumerable.Range(0, 10).Select(i => Rig(i % 2 == 0 ? "m" : "n"))];
        Assert.Equal(1, host.Sessions);
        _ = Rig("o");
        Assert.Equal(2, host.Sessions);
        foreach (var rig in rigs) rig.Add("a", 1, 1).Add("a", 2, 2).Add("a", 3, 1).Add("a", 4, 5).Run();
        Assert.Single(rigs.Select(r => r.Take().Split("\"score\":")[1].Split(',')[0]).Distinct());
        host.Swap(Model("several_inputs"));
        Assert.Equal(3, host.Sessions);
        host.Dispose();
        Assert.Equal(0, host.Sessions);
    }

    [Fact]
    public void Models_that_come_later_are_loaded_once_and_told_with_what_it_took()
    {
        var (reports, lines) = (new List<string>(), new List<string>());
        var host = new ModelHost([Model("gain2"), Model("nowhere") with { Name = "gone" }], new SystemClock(), reports.Add)
            { LoadsLater = true, Log = line => { lock (lines) lines.Add(line); } };
        var registry = new StageRegistry(Components.Stages, host);
        PipelineRig Rig(string model) => new(PipelineRig.Settings(
            new ScoreReadingsSettings { Name = "score", Score = Stage() with { Model = model } }), stages: registry);
        var (first, second, without) = (Rig("m"), Rig("m"), Rig("gone"));
        Assert.All(host.Status(), use => Assert.True(use.IsLoading));
        Assert.Equal(0, host.Sessions);
        host.BeginLoading();
        host.AwaitLoading();
        Assert.All(host.Status(), use => Assert.False(use.IsLoading));
        Assert.Equal(1, host.Sessions);
        Assert.EndsWith("Stage `score` of pipeline `p` goes on without it.", Assert.Single(reports));
        Assert.Equal(2, lines.Count);
        Assert.Matches(@"^Model m version .* is loaded for stage score of pipeline p in \d+ ms, for \d+\.\d MB more memory$", lines[0]);
        Assert.EndsWith("shares the session that is there", lines[1]);
        foreach (var rig in (PipelineRig[])[first, second, without]) rig.Add("a", 1, 3).Run();
        Assert.Contains("\"score\":6,", first.Take());
        Assert.Contains("\"score\":6,", second.Take());
        Assert.Empty(without.TakeAll());
        host.Dispose();
        Assert.Equal(0, host.Sessions);
    }

    [Fact]
    public void A_stage_whose_model_comes_later_has_its_scaling_file()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("edge-agent-later-").FullName, "scaling.json");
        File.WriteAllText(path, """{"mean":[3],"stddev":[4]}""");
        var host = new ModelHost([Model("gain2")], new SystemClock(), message => Assert.Fail(message)) { LoadsLater = true };
        var stage = new ScoreReadingsSettings { Name = "score", Score = Stage() with { ScalingFile = path } };
        var rig = new PipelineRig(PipelineRig.Settings(stage), stages: new StageRegistry(Components.Stages, host));
        host.BeginLoading();
        host.AwaitLoading();
        rig.Add("a", 1, 11).Run();
        Assert.Contains("\"score\":4,", rig.Take());
        host.Dispose();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
