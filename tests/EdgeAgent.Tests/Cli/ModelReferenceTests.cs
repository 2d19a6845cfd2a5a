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
            new ReferenceRequest(new(Recording(2000))) { Output = output, Rows = sample }, error) == 0, error.ToString());
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
    public void A_threshold_is_a_quantile_of_the_scores_with_where_it_comes_from()
    {
        var (recording, sha256) = (Recording(1000), Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Recording(1000)))));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var settings = Settings();
        settings = settings with { Pipelines = [settings.Pipelines[0]] };
        Assert.Equal(0, ModelThresholdCommand.Run(settings, new ReferenceRequest(new(recording)), 0.9, 1.5, output, error));
        // 0, 2, 4 … 198, ten of each: numpy.quantile(scores, 0.9) is 178.2.
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("# The 0.9 quantile of 1000 scores is 178.2", lines[0]);
        Assert.Contains($"# Recording: in.jsonl (SHA-256 {sha256}); model: m version ", lines[1]);
        Assert.StartsWith("threshold: { constant: 267.3", lines[2]);
        Assert.StartsWith("# threshold: { quantile: 0.9, factor: 1.5, initial: 267.3", lines[4]);
        Assert.DoesNotContain("uncertain", error.ToString());
        Assert.Equal(0, ModelThresholdCommand.Run(settings, new ReferenceRequest(new(recording)), 0.999, 1, output, error));
        Assert.Contains("Fewer than ten of 1000 scores lie above this quantile", error.ToString());
    }

    [Fact]
    public void A_table_is_a_recording_with_a_topic_and_a_source()
    {
        var path = Path.Combine(_folder, "in.csv");
        var settings = Settings();
        using var error = new StringWriter();
        Assert.Null(new RecordingPlace(path).Open(settings, error));
        Assert.Contains("Give the topic that its rows come from with --topic", error.ToString());
        Assert.Null(new RecordingPlace(path, "t", "nowhere").Open(settings, error));
        Assert.Contains("with --source: plant", error.ToString());
        File.WriteAllText(path, "\ufeffdatetime;acc1;\"note; more\";state\r\n2020-03-09 10:14:33;0.026;\"a \"\"b\"\"\";1e3\r\n\r\n"
            + "1583748874.5;;x;007\r\nonly one\r\n");
        using var reader = new RecordingPlace(path, "rig/1").Open(settings, error)!;
        var lines = reader.ReadToEnd().Split('\n');
        Assert.Equal("", lines[0]);
        using var first = JsonDocument.Parse(lines[1]);
        Assert.Equal(("plant", "rig/1", "2020-03-09 10:14:33"), (first.RootElement.GetProperty("source").GetString(),
            first.RootElement.GetProperty("topic").GetString(), first.RootElement.GetProperty("at").GetString()));
        Assert.Equal("""{"datetime":"2020-03-09 10:14:33","acc1":0.026,"note; more":"a \u0022b\u0022","state":1e3}""",
            first.RootElement.GetProperty("payload").GetString());
        using var second = JsonDocument.Parse(lines[3]);
        Assert.Equal("2020-03-09T10:14:34.5000000Z", second.RootElement.GetProperty("at").GetString());
        Assert.Equal("""{"datetime":1583748874.5,"acc1":null,"note; more":"x","state":"007"}""",
            second.RootElement.GetProperty("payload").GetString());
        Assert.Equal("1 cells, 4 columns", lines[4]);
    }

    [Fact]
    public void Without_values_without_a_model_or_without_knowing_which_there_is_no_file()
    {
        var output = Path.Combine(_folder, "m.reference.json");
        using var error = new StringWriter();
        File.WriteAllText(Path.Combine(_folder, "empty.jsonl"), "");
        Assert.Equal(1, ModelReferenceCommand.Run(Settings(),
            new ReferenceRequest(new(Path.Combine(_folder, "empty.jsonl"))) { Output = output }, error));
        Assert.Contains("There is no reference without values of input.value", error.ToString());
        Assert.Equal(
            1, ModelReferenceCommand.Run(Settings("m: { file: $/broken_truncated.onnx }"),
                new ReferenceRequest(new(Recording(10))) { Output = output }, error));
        Assert.Contains("is not a whole ONNX model", error.ToString());
        var two = Settings("m: { file: $/gain1.onnx, budget: 10s }\n              n: { file: $/gain1.onnx }".ReplaceLineEndings("\n")
            .Replace("\n              ", "\n  "));
        Assert.Equal(64, ModelReferenceCommand.Run(two, new ReferenceRequest(new(Recording(10))) { Output = output }, error));
        Assert.Contains("has 2 models (m, n). Name one with --model", error.ToString());
        Assert.Equal(64, ModelReferenceCommand.Run(two, new ReferenceRequest(new(Recording(10))) { Model = "n", Output = output }, error));
        Assert.Contains("No score stage uses a model `n`; models used: m", error.ToString());
        Assert.Equal(74, ModelReferenceCommand.Run(two,
            new ReferenceRequest(new(Path.Combine(_folder, "nowhere"))) { Model = "m", Output = output }, error));
        Assert.False(File.Exists(output));
    }
}
