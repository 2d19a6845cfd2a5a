using EdgeAgent.Cli;
using EdgeAgent.Core.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Models.Loading;

/// <summary>What inspect tells of a model, and what is pasted of it.</summary>
public sealed class ModelDescriptionTests
{
    // What `inspect` prints is pasted into a configuration as it is.
    [Theory]
    [InlineData("classifier", "score: { model: $, last: 3 }")]
    [InlineData("conv_ae", "score: { model: $, last: 128, score: reconstruction_mse }")]
    [InlineData("dense_ae", "score: { model: $, last: 32, score: reconstruction_mse }")]
    [InlineData("dense_ae_f16", "score: { model: $, last: 32, score: reconstruction_mae }")]
    [InlineData("dense_ae_f64", "score: { model: $, last: 32, score: reconstruction_max }")]
    [InlineData("dense_ae_fixed1", "score: { model: $, last: 32 }")]
    [InlineData("gru", "score: { model: $, score: forecast_error }")]
    [InlineData("iforest", "score: { model: $, last: 4 }")]
    [InlineData("pca", "score: { model: $, last: 8 }")]
    [InlineData("several_inputs", "score: { model: $, last: 4 }")]
    [InlineData("zipmap", "score: { model: $, last: 3 }")]
    public void What_inspect_prints_can_be_pasted_and_scores(string file, string stage)
    {
        var folder = Directory.CreateTempSubdirectory("edge-agent 'inspect' #1 ").FullName;
        var copy = Path.Combine(folder, file + ".onnx");
        File.Copy(TestModels.PathOf(file + ".onnx"), copy);
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, ModelCommand.Inspect(copy, output, TextWriter.Null));
        var text = output.ToString();
        var config = Path.Combine(folder, "config.yaml");
        File.WriteAllText(config, $$"""
            agent: { id: gw, data_dir: /tmp/d }
            sources: { s: { type: mqtt, url: "mqtt://127.0.0.1", client_id: gw, subscriptions: [ { topic: "s/{device}/{metric}", decode: { format: number } } ] } }
            pipelines: { p: { from: s, stages: [ {{stage.Replace("$", file)}} ], to: out } }
            outputs: { out: { type: console } }

            """ + text[text.IndexOf("models:", StringComparison.Ordinal)..].Replace("    file:", "    budget: 5s\n    file:"));
        var result = EdgeAgent.Configuration.ConfigReader.ReadFile(config);
        Assert.True(result.Settings is not null, string.Join('\n', result.Findings));
        var (rig, host, reports) =
            ModelHostTests.Build(result.Settings!.Models.Single(), ((ScoreReadingsSettings)result.Settings.Pipelines[0].Stages[0]).Score);
        Assert.Empty(reports);
        for (var i = 0; i < 200; i++) rig.Add("a", i, Math.Sin(i));
        rig.Run();
        var counters = host.Status().Single().Counters;
        Assert.True(counters.Scored > 50);
        Assert.Equal((0, 0, 0), (counters.Failed, counters.NotFinite, counters.NoModel));
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Inspect_tells_what_a_file_is_and_how_to_configure_it()
    {
        using var output = new StringWriter();
        Assert.Equal(0, ModelCommand.Inspect(TestModels.PathOf("gru.onnx"), output, TextWriter.Null));
        var text = output.ToString();
        Assert.Contains("producer   pytorch 1.13.0", text);
        Assert.Contains($"version    {text[(text.IndexOf("sha256     ", StringComparison.Ordinal) + 11)..][..12]}\n", text);
        Assert.Contains("opset      ai.onnx 13", text);
        Assert.Contains("input      x: float32[n, 1, 1]", text);
        Assert.Contains("      h: { state: h_out }\n", text);
        Assert.Contains("    output: next\n", text);
        using var error = new StringWriter();
        Assert.Equal(1, ModelCommand.Inspect(TestModels.PathOf("broken_truncated.onnx"), TextWriter.Null, error));
        Assert.StartsWith("model `broken_truncated`: ", error.ToString());
    }

    [Theory]
    [InlineData("iforest", "fields: [field_1, field_2, field_3, field_4, field_5, field_6, field_7, field_8], abnormal: low }")]
    [InlineData("lgb", "field_8], output_index: 1 }")]
    [InlineData("lr_dataframe", "fields: [acc1, acc2, current, pressure, temperature, thermocouple, voltage, flow]")]
    [InlineData("mlp_ae", "field_8], score: reconstruction_mse }")]
    [InlineData("gru_ae", "field_8], last: 20, layout: time_major, score: reconstruction_mse }")]
    [InlineData("lr_zip_text", "    label: worn  # the class whose probability is the score; there are ok, worn")]
    public void Inspect_writes_the_stage(string name, string words)
    {
        using var output = new StringWriter();
        Assert.Equal(0, ModelCommand.Inspect(TestModels.PathOf($"cases/{name}/model.onnx"), output, TextWriter.Null));
        Assert.Contains(words, output.ToString());
        if (name != "lr_zip_text") Assert.Contains(" µs here):", output.ToString());
    }
}
