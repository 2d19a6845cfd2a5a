using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Status;
using EdgeAgent.Tests.Models.Onnx;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Models;

/// <summary>Real models, loaded, checked, run and swapped through a pipeline.</summary>
public sealed class ModelHostTests
{
    // Loads the library from where setup put it, before anything looks for it beside the binary.
    static ModelHostTests() => Assert.NotNull(TestModels.Library);

    static ModelSettings Model(string file) =>
        new() { Name = "m", File = TestModels.PathOf(file + ".onnx"), Budget = TimeSpan.FromSeconds(5) };

    static ScoreSettings Stage(int last = 1) => ScoreRig.Readings(last) with { Model = "m" };

    internal static (PipelineRig Rig, ModelHost Host, List<string> Reports) Build(ModelSettings model, ScoreSettings stage)
    {
        var reports = new List<string>();
        var host = new ModelHost([model], new SystemClock(), reports.Add);
        var registry = new StageRegistry(Components.Stages, host);
        return (new PipelineRig(PipelineRig.Settings(new ScoreReadingsSettings { Name = "score", Score = stage }), stages: registry),
            host, reports);
    }

    [Fact]
    public void A_recurrent_model_carries_its_state_for_each_series()
    {
        var (runs, _) = ExpectedRun.Read("gru");
        var model = Model("gru")
            with { Inputs = new Dictionary<string, ModelInputSettings> { ["h"] = new("h_out", null) }, Output = "next" };
        var (rig, host, reports) = Build(model, Stage());
        foreach (var run in runs)
        {
            var x = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(run.Inputs.Single(t => t.Name == "x").Data);
            var next = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(run.Outputs.Single(t => t.Name == "next").Data);
            rig.Add("a", 1, x[0]).Add("b", 1, x[1]).Run();
            var lines = rig.TakeAll();
            for (var i = 0; i < 2; i++)
                Assert.Contains($"\"score\":{((double)next[i]).ToString("R", System.Globalization.CultureInfo.InvariantCulture)}",
                    lines[i].Payload.Replace("E-0", "E-"));
        }

        Assert.Empty(reports);
        host.Dispose();
    }

    [Theory]
    [InlineData("dense_ae", ScoreKind.ReconstructionMse, 32)]
    [InlineData("dense_ae_fixed1", ScoreKind.ReconstructionMse, 32)]
    [InlineData("dense_ae_f64", ScoreKind.ReconstructionMae, 32)]
    [InlineData("dense_ae_f16", ScoreKind.ReconstructionMax, 32)]
    [InlineData("pca", ScoreKind.ReconstructionMse, 8)]
    [InlineData("iforest", ScoreKind.Output, 4)]
    [InlineData("classifier", ScoreKind.Output, 3)]
    [InlineData("zipmap", ScoreKind.Output, 3)]
    [InlineData("conv_ae", ScoreKind.ReconstructionMse, 128)]
    [InlineData("several_inputs", ScoreKind.Output, 4)]
    public void Real_exports_score_as_they_come(string file, ScoreKind kind, int last)
    {
        var (rig, host, reports) = Build(Model(file), Stage(last) with { Score = kind });
        for (var i = 0; i < 200; i++) rig.Add("a", i, Math.Sin(i * Math.PI / 8));
        rig.Run();
        Assert.Equal(201 - last, rig.TakeAll().Count);
        Assert.Empty(reports);
        Assert.Equal(201 - last, host.Status().Single().Counters.Scored);
        host.Dispose();
    }

    [Theory]
    [InlineData("broken_truncated", 32, "is not a whole ONNX model")]
    [InlineData("broken_opset", 4, "needs operator set 99, this ONNX Runtime knows up to")]
    [InlineData("broken_custom_op", 4, "acme:Detect")]
    [InlineData("broken_shape", 4, "Incompatible dimensions")]
    [InlineData("broken_nan", 32, "not a number")]
    [InlineData("nowhere", 4, "cannot be read")]
    [InlineData("dense_ae", 31, "takes 32 features (x: float32[batch, 32]), stage `score` gives 31")]
    public void A_broken_model_is_one_line_and_the_rest_runs(string file, int last, string words)
    {
        var (rig, host, reports) = Build(Model(file), Stage(last));
        var line = Assert.Single(reports);
        Assert.StartsWith("model `m`: ", line);
        Assert.Contains(words, line);
        Assert.DoesNotContain('\n', line);
        for (var i = 0; i < 40; i++) rig.Add("a", i, 1);
        rig.Run();
        Assert.Empty(rig.TakeAll());
        host.Dispose();
    }

    [Fact]
    public void Size_and_hash_are_held()
    {
        Assert.Contains("max_size is 100", Assert.Single(Build(Model("pca") with { MaxSizeBytes = 100 }, Stage(8)).Reports));
        Assert.Contains("expected abcd", Assert.Single(Build(Model("pca") with { Sha256 = "abcd" }, Stage(8)).Reports));
        Assert.Contains("has no output `nope`; it has `y`", Assert.Single(Build(Model("pca") with { Output = "nope" }, Stage(8)).Reports));
        Assert.Contains("has no input `h`; it has `x`",
            Assert.Single(Build(Model("pca") with { Inputs = new Dictionary<string, ModelInputSettings> { ["h"] = new(null, 1) } },
                Stage(8)).Reports));
    }

    [Fact]
    public void A_model_that_cannot_keep_its_budget_is_refused() =>
        Assert.Contains("longer than its budget of 1 ms",
            Assert.Single(Build(Model("slow") with { Budget = TimeSpan.FromMilliseconds(1) }, Stage()).Reports));

    [Fact]
    public void A_swap_is_checked_first_and_then_scores()
    {
        var (rig, host, reports) = Build(Model("gain1"), Stage());
        rig.Add("a", 1, 3).Run();
        Assert.Contains("\"score\":3,", rig.Take());
        var refused = Assert.Throws<ModelException>(() => host.Swap(Model("dense_ae")));
        Assert.Contains("takes 32 features", refused.Message);
        rig.Add("a", 2, 3).Run();
        Assert.Contains("\"score\":3,", rig.Take());
        host.Swap(Model("gain2") with { Version = "next" });
        rig.Add("a", 3, 3).Run();
        var line = rig.Take();
        Assert.Contains("\"score\":6,", line);
        Assert.Contains("\"model_version\":\"next\"", line);
        host.DisposeRetired();
        host.Dispose();
        Assert.Empty(reports);
    }

    [Fact]
    public void A_reload_takes_what_changed_and_refuses_what_is_broken()
    {
        var folder = Directory.CreateTempSubdirectory("edge-agent-reload-").FullName;
        var file = Path.Combine(folder, "m.onnx");
        void Put(string name) => File.Copy(TestModels.PathOf(name + ".onnx"), file, overwrite: true);
        Put("gain1");
        var settings = Model("gain1") with { File = file };
        var (rig, host, reports) = Build(settings, Stage());
        string Score(int time)
        {
            rig.Add("a", time, 3).Run();
            host.DisposeRetired();
            return rig.Take();
        }

        Assert.Contains("\"score\":3,", Score(1));
        Assert.Equal([new ModelReload("m", ReloadResult.Unchanged, null)], host.Reload([settings, Model("pca") with { Name = "unused" }]));
        Put("gain2");
        Assert.Equal(ReloadResult.Swapped, host.Reload([settings]).Single().Result);
        // Rolled back before any stage took the new one over: the file in force counts, not the one still running.
        Put("gain1");
        Assert.Equal(ReloadResult.Swapped, host.Reload([settings]).Single().Result);
        Assert.Contains("\"score\":3,", Score(2));

        // A shadow is compared, then promoted.
        var watched = settings with { Shadow = TestModels.PathOf("gain2.onnx") };
        Assert.Equal(ReloadResult.Swapped, host.Reload([watched]).Single().Result);
        Assert.Contains("\"score\":3,", Score(3));
        var use = host.Status().Single();
        Assert.Equal((1, 3.0), (use.Counters.ShadowScored, use.Counters.ShadowLargestDifference));
        Assert.NotNull(use.Shadow);
        Assert.Equal(ReloadResult.Swapped, host.Reload([settings with { File = watched.Shadow }]).Single().Result);
        Assert.Contains("\"score\":6,", Score(4));
        Assert.Null(host.Status().Single().Shadow);

        Put("broken_nan");
        var refused = host.Reload([settings]).Single();
        Assert.Equal(ReloadResult.Refused, refused.Result);
        Assert.StartsWith("model `m`: ", refused.Message);
        Assert.Contains("\"score\":6,", Score(5));
        Assert.Empty(reports);
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_drift_reference_is_taken_over_with_its_model_and_a_broken_one_stops_no_score()
    {
        var folder = Directory.CreateTempSubdirectory("edge-agent-drift-").FullName;
        var reference = Path.Combine(folder, "m.reference.json");
        var settings = Model("gain1") with { Drift = new DriftSettings { Reference = reference } };
        var sha256 =
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(TestModels.PathOf("gain1.onnx"))));
        string Good(string of = "value", string sha = "") =>
            $$$"""{"model_sha256":"{{{(sha.Length == 0 ? sha256 : sha)}}}","inputs":{"{{{of}}}":{"edges":[1],"shares":[1,1]}},"score":{"edges":[1],"shares":[1,1]}}""";
        foreach (var (text, words) in new (string?, string)[]
        {
            (null, "cannot be read"), ("{}", "is not a drift reference"), ("[]", "is not a drift reference"),
            ("\0", "is not a drift reference"), (Good("other"), "has no input `value` of stage `score`; it has `other`"),
            (Good().Replace("[1,1]", "[1]"), "1 edges and 1 shares"),
            (Good().Replace("[1],\"shares\":[1,1]", "[2,1],\"shares\":[1,1,1]"), "do not rise"),
            (Good().Replace("[1,1]", "[0,0]"), "all 0"),
        })
        {
            if (text is not null) File.WriteAllText(reference, text);
            var (broken, owner, lines) = Build(settings, Stage());
            Assert.EndsWith("Its drift is not watched.", Assert.Single(lines));
            Assert.Contains(words, lines[0]);
            Assert.StartsWith("model `m`: ", lines[0]);
            broken.Add("a", 1, 3).Run();
            Assert.Contains("\"score\":3,", broken.Take());
            Assert.Empty(owner.Status().Single().Drift);
            owner.Dispose();
        }

        File.WriteAllText(reference, Good());
        var (rig, host, reports) = Build(settings, Stage());
        Assert.Empty(reports);
        rig.Add("a", 1, 3).Run();
        Assert.Equal(["input.value", "score"], host.Status().Single().Drift.Select(q => q.Name));
        Assert.Equal(ReloadResult.Unchanged, host.Reload([settings]).Single().Result);
        File.WriteAllText(reference, Good(sha: "abcd"));
        Assert.Equal(ReloadResult.Swapped, host.Reload([settings]).Single().Result);
        Assert.Contains("Only the drift of inputs is watched", Assert.Single(reports));
        rig.Add("a", 2, 3).Run();
        Assert.Equal(["input.value"], host.Status().Single().Drift.Select(q => q.Name));
        File.WriteAllText(reference, "{}");
        Assert.Equal(ReloadResult.Refused, host.Reload([settings]).Single().Result);
        using var status = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(status))
        {
            json.WriteStartObject();
            ModelStatusJson.Write(json, host.Status());
            json.WriteEndObject();
        }

        Assert.Contains("""
            "drift":[{"name":"input.value","psi":null,"count":0,"gathered":1,"window_end":null,"open":false}]
            """, System.Text.Encoding.UTF8.GetString(status.ToArray()));
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_hundred_swaps_from_another_thread_lose_and_double_nothing()
    {
        var (rig, host, _) = Build(Model("gain1"), Stage() with { EmitScores = false });
        var stop = false;
        var swapper = new Thread(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                host.Swap(Model(i % 2 == 0 ? "gain2" : "gain1"));
                host.DisposeRetired();
            }

            Volatile.Write(ref stop, true);
        });
        swapper.Start();
        long readings = 0;
        while (!Volatile.Read(ref stop))
        {
            for (var i = 0; i < 100; i++) rig.Add("d" + (i % 5), readings++, 1);
            rig.Run();
        }

        swapper.Join();
        Assert.Equal(readings, host.Status().Single().Counters.Scored);
        host.Dispose();
    }

    [Fact]
    public void The_memory_of_all_models_is_bounded_and_shown()
    {
        var (rig, host, _) = Build(Model("dense_ae"), Stage(32));
        Assert.Null(host.Memory());
        for (var i = 0; i < 40; i++) rig.Add("a", i, 1);
        rig.Run();
        var (held, peak, max) = host.Memory()!;
        Assert.InRange(peak, 1, held);
        Assert.InRange(held, 1, max);
        Assert.Equal(256L << 20, max);
        host.Dispose();
    }

    [Fact]
    public void Scaling_comes_from_a_file_and_a_bad_one_is_one_line()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("edge-agent-scaling-").FullName, "scaling.json");
        (PipelineRig, ModelHost, List<string>) With(string? text)
        {
            if (text is not null) File.WriteAllText(path, text);
            return Build(Model("gain2"), Stage() with { ScalingFile = path });
        }

        foreach (var (text, words) in new (string?, string)[]
        {
            (null, "is not a scaling file"), ("[1]", "is not a scaling file"), ("""{"mean":[1]}""", "is not a scaling file"),
            ("""{"mean":["a"],"stddev":[1]}""", "is not a scaling file"),
            ("""{"mean":[1,2],"stddev":[1]}""", "has 2 numbers in a list; 1, 1 or 1 were expected"),
        })
        {
            var (_, broken, reports) = With(text);
            Assert.Contains(words, Assert.Single(reports));
            Assert.DoesNotContain('\n', reports[0]);
            broken.Dispose();
        }

        foreach (var text in (string[])["""{"mean":[3],"stddev":[4],"made_by":"a notebook"}""", """{"mean_":[3],"scale_":[4],"var_":[16]}""",
            """{"center_":[3],"scale_":[4]}"""])
        {
            var (rig, host, none) = With(text);
            Assert.Empty(none);
            rig.Add("a", 1, 11).Run();
            Assert.Contains("\"score\":4,", rig.Take());
            host.Dispose();
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void A_recorded_sample_must_give_finite_scores()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("edge-agent-sample-").FullName, "sample.json");
        List<string> Try(string? text, string file = "gain2", int last = 1)
        {
            if (text is not null) File.WriteAllText(path, text);
            var (_, host, reports) = Build(Model(file) with { Sample = path }, Stage(last) with { Means = [1], Deviations = [2] });
            host.Dispose();
            return reports;
        }

        Assert.Contains("cannot be read", Assert.Single(Try(null)));
        Assert.Empty(Try("[[1],[2.5],[-3e5]]"));
        Assert.Contains("row 2 of", Assert.Single(Try("[[1],[1e300]]")));
        Assert.Contains("gives a score that is not a number", Assert.Single(Try("[[1],[1e300]]")));
        Assert.Contains("row 2 has 2 numbers, 1 were expected", Assert.Single(Try("[[1],[1,2]]")));
        Assert.Contains("has no rows", Assert.Single(Try("[]")));
        foreach (var text in (string[])["{}", "[1]", "[[\"a\"]]", "[[1]"]) Assert.Contains("is not a sample", Assert.Single(Try(text)));
        var (rig, swapped, none) = Build(Model("gain1"), Stage());
        File.WriteAllText(path, "[[1e300]]");
        Assert.Contains("not a number", Assert.Throws<ModelException>(() => swapped.Swap(Model("gain2") with { Sample = path })).Message);
        rig.Add("a", 1, 3).Run();
        Assert.Contains("\"score\":3,", rig.Take());
        Assert.Empty(none);
        swapped.Dispose();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
