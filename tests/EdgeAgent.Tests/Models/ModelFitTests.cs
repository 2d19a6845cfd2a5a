using EdgeAgent.Clocks;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;
using EdgeAgent.Tests.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Models;

/// <summary>How a model is fitted to its stage: names of inputs, order of features, rows of a run, files of weights.</summary>
public sealed class ModelFitTests
{
    static ModelFitTests() => Assert.NotNull(TestModels.Library);

    static ModelSettings Model(string file) =>
        new() { Name = "m", File = TestModels.PathOf(file), Budget = TimeSpan.FromSeconds(5) };

    static ModelLoader Load(ModelSettings settings, string? file = null) =>
        ModelLoader.Load(settings, file ?? settings.File, new SystemClock());

    static ScoreSettings Stage(params string[] fields) => ScoreRig.Summaries(fields) with { Model = "m" };

    static string[] Sensors => ["acc1", "acc2", "current", "pressure", "temperature", "thermocouple", "voltage", "flow"];

    static double[] Run(OnnxModel model, int rows, double[] features)
    {
        var outputs = new double[rows * model.OutputCount];
        Assert.Equal(RunResult.Ok, model.Run(rows, features, new double[rows * model.StateCount], outputs));
        return outputs;
    }

    static double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => Math.Sin((2.3 * i) + 1))];

    [Fact]
    public void Inputs_get_the_field_of_their_name_in_whatever_order_fields_are()
    {
        using var loader = Load(Model("cases/lr_dataframe/model.onnx"));
        using var inOrder = loader.CreateFor(Stage(Sensors));
        using var reversed = loader.CreateFor(Stage([.. Sensors.Reverse()]));
        var rows = Numbers(24);
        double[] turned = [.. rows.Chunk(8).SelectMany(r => r.Reverse())];
        Assert.Equal(Run(inOrder, 3, rows), Run(reversed, 3, turned));
    }

    [Fact]
    public void Names_that_do_not_match_are_refused_unless_position_is_said()
    {
        var settings = Model("cases/lr_dataframe/model.onnx");
        using var loader = Load(settings);
        var refused = Assert.Throws<ModelException>(() => loader.CreateFor(Stage(["acc_1", .. Sensors[1..]])));
        Assert.Equal(("fields", true), (refused.Key, refused.IsOfStage));
        Assert.Contains("no field of its own for `acc1`. Did you mean `acc_1`? ", refused.Message);
        Assert.Contains("none of which takes field `x`",
            Assert.Throws<ModelException>(() => loader.CreateFor(Stage([.. Sensors, "x"]))).Message);
        Assert.Contains("in the same order", Assert.Throws<ModelException>(
            () => loader.CreateFor(Stage([.. Sensors.Reverse()]) with { Score = ScoreKind.ReconstructionMse })).Message);
        using var byPosition = Load(settings with { FeedByPosition = true });
        byPosition.CreateFor(Stage(["acc_1", .. Sensors[1..]])).Dispose();
    }

    [Fact]
    public void The_layout_is_that_of_the_model_and_a_contradiction_is_refused()
    {
        var settings = Model("cases/conv_field_major/model.onnx");
        using var loader = Load(settings);
        var notes = new List<ModelNote>();
        var stage = Stage(Sensors) with { Last = 20 };
        Assert.True(loader.Fit(stage, notes).FieldMajor);
        Assert.Contains("`layout: field_major`", Assert.Single(notes).Message);
        var said = stage with { IsLayoutGiven = true };
        Assert.False(loader.Fit(said, notes).FieldMajor);
        var refused = Assert.Throws<ModelException>(() => loader.CreateFor(said));
        Assert.Equal(("layout", true), (refused.Key, refused.IsOfStage));
        Assert.Contains("gives [N, 20, 8]. Set `layout: field_major`", refused.Message);
        Assert.Equal("last", Assert.Throws<ModelException>(() => loader.CreateFor(Stage(Sensors) with { Last = 10 })).Key);
    }

    [Theory]
    [InlineData("int8_dynamic", 1, "one row at a time")]
    [InlineData("mlp_ae", 64, null)]
    [InlineData("mlp_ae_flat", 64, null)]
    [InlineData("fixed_batch_1", 1, null)]
    [InlineData("fixed_batch_32", 32, "fixed to 32 rows")]
    [InlineData("iforest", 64, null)]
    [InlineData("ocsvm", 64, null)]
    [InlineData("pca_q", 64, null)]
    [InlineData("lgb", 64, null)]
    [InlineData("float16", 64, null)]
    [InlineData("lr_zip_text", 64, null)]
    public void Rows_of_one_run_give_what_they_give_alone(string name, int rows, string? note)
    {
        var settings = Model($"cases/{name}/model.onnx") with { Label = "worn" };
        using var loader = Load(settings);
        var notes = new List<ModelNote>();
        using var model = loader.CreateFor(Stage(Sensors), notes);
        Assert.Equal(rows, model.MaxRows);
        Assert.Equal(note is null ? 0 : 1, notes.Count);
        if (note is not null) Assert.Contains(note, notes[0].Message);
        var n = Math.Min(rows, 7);
        var features = Numbers(n * 8);
        var together = Run(model, n, features);
        for (var row = 0; row < n; row++)
        {
            var alone = Run(model, 1, features[(row * 8)..((row + 1) * 8)]);
            for (var i = 0; i < alone.Length; i++)
                Assert.Equal(alone[i], together[(row * alone.Length) + i], name == "float16" ? 2e-2 : 1e-5);
        }
    }

    [Fact]
    public void Rows_that_only_the_others_give_a_meaning_are_refused()
    {
        var settings = Model("cases/batch_statistics/model.onnx");
        using var loader = Load(settings);
        Assert.Contains("depends on the other rows", Assert.Throws<ModelException>(() => loader.CreateFor(Stage(Sensors))).Message);
    }

    [Fact]
    public void Weights_beside_the_model_are_bounded_and_hashed_with_it()
    {
        using var folder = new TempDirectory();
        var from = TestModels.PathOf("cases/external_data");
        var (model, weights) = (Path.Combine(folder.Path, "model.onnx"), Path.Combine(folder.Path, "model.onnx.data"));
        File.Copy(Path.Combine(from, "model.onnx"), model);
        var settings = new ModelSettings { Name = "m", File = model };
        Assert.Contains("keeps its weights in `model.onnx.data`",
            Assert.Throws<ModelException>(() => Load(settings, model)).Message);
        File.Copy(Path.Combine(from, "model.onnx.data"), weights);
        byte[] all = [.. File.ReadAllBytes(model), .. File.ReadAllBytes(weights)];
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(all));
        foreach (var map in (bool[])[false, true])
        {
            using var loader = Load(settings with { Sha256 = sha256, MaxSizeBytes = all.Length, Map = map }, model);
            Assert.Equal(sha256, loader.Identity.Sha256);
            loader.CreateFor(Stage(Sensors)).Dispose();
        }

        var tooLarge = Assert.Throws<ModelException>(() => Load(settings with { MaxSizeBytes = all.Length - 1 }, model));
        Assert.Equal("max_size", tooLarge.Key);
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[1..]);
        Assert.Contains("lies outside its file", Assert.Throws<ModelException>(() => Load(settings, model)).Message);
    }

    [Theory]
    [InlineData("cases/mlp_ae_inside/model.onnx", "0,0,0,0,0,0,0,0\n", 1)]
    [InlineData("cases/lr_dataframe/model.onnx",
        "flow,voltage,thermocouple,temperature,pressure,current,acc2,acc1\n1,2,3,4,5,6,7,8\n"
            + "{\"acc1\":8,\"acc2\":7,\"current\":6,\"pressure\":5,\"temperature\":4,\"thermocouple\":3,\"voltage\":2,\"flow\":1}\n", 2)]
    public void Rows_of_a_file_are_scored_by_hand(string file, string rows, int lines)
    {
        using var output = new StringWriter { NewLine = "\n" };
        HandScore.Write(Model(file), RowsFile.Read(new StringReader(rows)), new SystemClock(), output);
        var written = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines, written.Length);
        Assert.Single(written.Distinct());
    }

    [Theory]
    [InlineData("", "the file has no rows.")]
    [InlineData("1,2\n1\n", "line 2 has 1 numbers, 2 were expected.")]
    [InlineData("a,b\nc,d\n", "line 2: `c` is not a number.")]
    [InlineData("[1,\n", "line 1 is not a JSON list or object of numbers")]
    [InlineData("{\"a\":1}\n{\"b\":1}\n", "`a` of the first line is missing")]
    public void A_file_that_is_no_rows_says_where(string rows, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => RowsFile.Read(new StringReader(rows))).Message);
}
