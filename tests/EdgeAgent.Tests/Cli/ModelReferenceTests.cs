using EdgeAgent.Core.Drift;
using System.Globalization;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Tests.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>A recording of a normal time becomes a reference that the same model then reads.</summary>
public sealed class ModelReferenceTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edge-agent-reference-").FullName;

    static ModelReferenceTests() => Assert.NotNull(TestModels.Library);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    GatewaySettings Settings(string models = "m: { file: $/gain2.onnx, budget: 10s, drift: { reference: /nowhere.json } }")
    {
        var path = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(path, $$"""
            agent: { id: gw, data_dir: /var/lib/edge-agent }
            sources:
              plant:
                type: mqtt
                url: mqtt://127.0.0.1
                client_id: gw
                subscriptions:
                  - topic: s/{device}/{metric}
                    decode: { format: number }
            models:
              {{models.Replace("$", TestModels.PathOf(""))}}
            pipelines:
              a: { from: plant, stages: [ score: { model: m } ], to: out }
              b: { from: plant, stages: [ window: { tumbling: 10s, by: device, aggregate: max }, score_summaries: { model: m, fields: max } ], to: out }
            outputs:
              out: { type: console }
            """);
        var result = ConfigReader.ReadFile(path);
        Assert.True(result.Settings is not null, string.Join('\n', result.Findings));
        return result.Settings!;
    }

    string Recording(int count)
    {
        var path = Path.Combine(_folder, "in.jsonl");
        File.WriteAllLines(path, Enumerable.Range(0, count).Select(i =>
            $$"""{"source":"plant","topic":"s/d{{i % 3}}/t","payload":"{{i % 100}}","at":"{{DateTime.UnixEpoch.AddSeconds(i).ToString("o", CultureInfo.InvariantCulture)}}"}"""));
        return path;
    }

    [Fact]
    public void The_file_holds_each_input_and_the_score_and_reads_back()
    {
        var output = Path.Combine(_folder, "m.reference.json");
        var sample = Path.Combine(_folder, "m.sample.json");
        using var error = new StringWriter();
        Assert.True(ModelReferenceCommand.Run(Settings(),
            new ReferenceRequest(Recording(2000)) { Output = output, Rows = sample }, error) == 0, error.ToString());
        var reference = ReferenceFile.Read("m", output);
        Assert.Equal(["max", "value"], reference.Inputs.Keys.Order());
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90], reference.Inputs["value"].Edges);
        // A score is twice its input; both stages gave some.
        Assert.Equal([20, 40, 60, 80, 100, 120, 140, 160, 180], reference.Score!.Edges.Select(e => 20 * Math.Round(e / 20)));
        Assert.DoesNotContain("cannot be read", error.ToString());
        Assert.Contains("input.value: 2000 values", error.ToString());
        Assert.Contains("input.max: with fewer than 1000 values chance alone", error.ToString());
        var model = new ModelSettings
        {
            Name = "m",
            File = TestModels.PathOf("gain2.onnx"),
            Drift = new DriftSettings { Reference = output },
        };
        var plan = reference.PlanFor(model, new ModelIdentity("m", "1", reference.ModelSha256), ScoreRig.Readings());
        Assert.Equal(("value", true), (plan.Inputs.Single().Field, plan.Score is not null));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (double)i), SampleFile.Read("m", sample, 1).Select(r => r.Single()));
        using var json = JsonDocument.Parse(File.ReadAllBytes(output));
        Assert.Equal(2000, json.RootElement.GetProperty("inputs").GetProperty("value").GetProperty("count").GetInt64());
    }

    [Fact]
    public void Without_values_without_a_model_or_without_knowing_which_there_is_no_file()
    {
        var output = Path.Combine(_folder, "m.reference.json");
        using var error = new StringWriter();
        File.WriteAllText(Path.Combine(_folder, "empty.jsonl"), "");
        Assert.Equal(1, ModelReferenceCommand.Run(Settings(),
            new ReferenceRequest(Path.Combine(_folder, "empty.jsonl")) { Output = output }, error));
        Assert.Contains("There is no reference without values of input.value", error.ToString());
        Assert.Equal(
            1, ModelReferenceCommand.Run(Settings("m: { file: $/broken_truncated.onnx }"),
                new ReferenceRequest(Recording(10)) { Output = output }, error));
        Assert.Contains("is not a whole ONNX model", error.ToString());
        var two = Settings("m: { file: $/gain1.onnx, budget: 10s }\n              n: { file: $/gain1.onnx }".ReplaceLineEndings("\n")
            .Replace("\n              ", "\n  "));
        Assert.Equal(64, ModelReferenceCommand.Run(two, new ReferenceRequest(Recording(10)) { Output = output }, error));
        Assert.Contains("has 2 models (m, n). Name one with --model", error.ToString());
        Assert.Equal(64, ModelReferenceCommand.Run(two, new ReferenceRequest(Recording(10)) { Model = "n", Output = output }, error));
        Assert.Contains("No score stage uses a model `n`; models used: m", error.ToString());
        Assert.Equal(74, ModelReferenceCommand.Run(two,
            new ReferenceRequest(Path.Combine(_folder, "nowhere")) { Model = "m", Output = output }, error));
        Assert.False(File.Exists(output));
    }
}
