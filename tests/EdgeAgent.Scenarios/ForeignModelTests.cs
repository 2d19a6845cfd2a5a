using System.Globalization;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Models as Python's tools write them, in a running agent: swapped while rows come, and through a kill.</summary>
/// <remarks>Rows are those of <c>tests/models/cases/rig.jsonl</c>, whose right score is known for each model: a row that another model's
/// memory or a wrong window got into is seen.</remarks>
public sealed class ForeignModelTests
{
    const int RowsPerSecond = 40;

    /// <summary>Of 600 rows in seven turns; the rest is for turns that need more.</summary>
    const int RowsOfTurn = 60;

    /// <summary>Of one wait [s]: a busy machine is slow, and nothing here rests on how fast it is.</summary>
    const int Patience = 180;

    /// <summary>Of another processor, and where sums of several rows round in another order.</summary>
    const double Tolerance = 1e-4;

    static readonly string[] s_sensors = ["acc1", "acc2", "current", "pressure", "temperature", "thermocouple", "voltage", "flow"];

    static string Cases => Path.Combine(Repository.Root, "tests", "models", "cases");

    // By stage, models that fit it, with what else the model needs.
    static readonly (string Stage, (string Case, string Model)[] Models)[] s_stages =
    [
        ("abnormal: low", [("iforest", "output: scores"), ("ocsvm", "output: scores")]),
        ("", [("pca_q", ""), ("mlp_ae_inside", ""), ("lr_zip_text", "label: worn"), ("lr_columns", ""), ("metadata", ""),
            ("opset25_ir13", ""), ("opset26_ir13", "")]),
        ("scaling_file: $/mlp_ae/scaling.json, score: reconstruction_mse", [("mlp_ae", ""), ("mlp_ae_flat", ""), ("fixed_batch_1", ""),
            ("fixed_batch_32", ""), ("int8_dynamic", ""), ("external_data", ""), ("weights_as_inputs", "")]),
        ("last: 20, scaling_file: $/mlp_ae/scaling.json, score: reconstruction_mse", [("gru_ae", ""), ("conv_time_major", ""),
            ("conv_field_major", "")]),
    ];

    [Fact]
    public void Every_row_is_scored_by_exactly_one_of_the_models_that_are_swapped_through()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        var config = Write(workspace, broker, 0);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        var (payloads, most) = (Payloads(), s_stages.Max(s => s.Models.Length));
        var hashes = s_stages.Select(stage => stage.Models.Select(m => Hash(m.Case)).ToArray()).ToArray();
        // A first model is waited for, but not for ever: no row comes before all are there.
        agent.WaitForStatus(s => Uses(s).All(m => !m.TryGetProperty("loading", out _)), "all models loaded", Patience);
        var (limit, sent, stop) = (0, 0, false);
        var load = new Background(() =>
        {
            using var publisher = new Publisher(broker.Port);
            for (var idle = 0; !Volatile.Read(ref stop); Thread.Sleep(1000 / RowsPerSecond))
            {
                if (sent < Volatile.Read(ref limit)) publisher.Publish("rig/1/row", payloads[sent++]);
                else if (++idle % RowsPerSecond == 0) publisher.Flush(); // the broker hears of a publisher that has nothing to send
            }

            publisher.Flush();
        });
        for (var turn = 0; turn < most; turn++)
        {
            // The rows of this turn come while its models are loaded beside those in force.
            Volatile.Write(ref limit, limit + RowsOfTurn);
            if (turn > 0)
            {
                Write(workspace, broker, turn);
                var (code, output) = Agent.Command("model", "reload", config);
                Assert.True(code == 0, output);
            }

            // A stage takes a model over after a row, once a commit freed the one before: each gets one row more for each commit since the
            // last one, until every stage has taken over, and then one that the models in force have to score.
            var (commits, asked, isLast) = (0L, limit, false);
            agent.WaitForStatus(status =>
            {
                var uses = Uses(status);
                if (!uses.All(m => m.Number("scored") >= limit - Unscored(m))) return false;
                if (isLast) return true;
                isLast = uses.All(m => m.GetProperty("sha256").GetString() is var hash
                    && hash == hashes[StageOf(m)][turn % hashes[StageOf(m)].Length]);
                var done = status.GetProperty("commits").Number("done");
                if (!isLast && done == commits) return false;
                commits = done;
                Assert.True(limit < payloads.Count, $"turn {turn}: {limit - asked} rows more, and not every model is in force: {status}");
                Volatile.Write(ref limit, limit + 1);
                return false;
            }, $"the models of turn {turn} in force", Patience);
        }

        Volatile.Write(ref stop, true);
        load.Join();
        // A row is told by itself here (`join: exact`).
        var status = agent.WaitForStatus(s => Uses(s).All(m => m.Number("scored") >= sent - Unscored(m))
            && s.GetProperty("outputs").EnumerateArray().All(o => o.Number("backlog_records") == 0), "every row scored and written",
            Patience);
        agent.Stop();
        agent.AssertNoErrors();
        foreach (var model in Uses(status))
            foreach (var trouble in (string[])["failed", "over_budget", "not_finite", "missing", "no_model"])
                Assert.Equal(0, model.Number(trouble));
        for (var i = 0; i < s_stages.Length; i++) Judge(workspace[$"p{i}.jsonl"], s_stages[i].Models, sent, first: i == 3 ? 19 : 0);
    }

    [Fact]
    public void A_kill_loses_and_doubles_no_row_of_windows_of_sixty()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var config = workspace.Write("agent.yaml", $$"""
            agent: { id: gw-test, data_dir: {{workspace["data"]}} }
            {{Source(broker)}}
            models:
              m: { file: {{Cases}}/window_sixty/model.onnx, budget: 1m }
            pipelines:
              p: { from: rig, stages: [ {{Stages("model: m, last: 60")}} ], to: central }
            outputs:
              central: { type: kafka, brokers: ["{{kafka.Brokers}}"], topic: {{kafka.Topic}}, key: "{device}" }
            commit: { interval: 50ms }

            """);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        var payloads = Payloads(240, 120);
        var lives = new List<string>();
        foreach (var part in payloads.Chunk(30))
        {
            var load = new Background(() =>
            {
                using var publisher = new Publisher(broker.Port);
                foreach (var payload in part)
                {
                    publisher.Publish("rig/1/row", payload);
                    Thread.Sleep(5);
                }

                publisher.Flush();
            });
            agent.WaitForStatus(s => s.Source().Number("messages") >= 5, "some rows after a start", Patience);
            lives.Add(agent.Text);
            agent.Kill();
            agent.Start();
            load.Join();
        }

        var right = Expected("window_sixty");
        var records = kafka.WaitFor(r => r.Select(x => x.Id).Distinct().Count() >= payloads.Count,
            "every row", Patience, () => agent.Text + agent.Status());
        agent.AssertNoErrors();
        lives.Add(agent.Text);
        agent.Stop();
        // Rows wait two seconds for a model. On a machine too slow for that, and on no other, some go on without a score.
        var isSlow = lives.Exists(IsSlow);
        var byTime = new Dictionary<string, string>();
        foreach (var record in records.DistinctBy(r => r.Id))
        {
            using var json = JsonDocument.Parse(record.Value);
            var time = Time(json.RootElement);
            Assert.True(byTime.TryAdd(time, record.Id), $"{time} has two records");
            if (isSlow && !json.RootElement.TryGetProperty("score", out _)) continue;
            if (right.TryGetValue(time, out var score))
                Assert.InRange(json.RootElement.GetProperty("score").GetDouble(), score * (1 - 1e-9), score * (1 + 1e-9));
            else Assert.False(json.RootElement.TryGetProperty("score", out _), $"{time} has a score before sixty rows were there");
        }

        Assert.Equal(payloads.Count, byTime.Count);
        Assert.Empty(right.Keys.Except(byTime.Keys));
    }

    static bool IsSlow(string log)
    {
        DateTime? At(string words) => log.Split('\n').FirstOrDefault(l => l.Contains(words, StringComparison.Ordinal)) is { } line
            ? DateTime.ParseExact(line[..23], "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) : null;
        return At("is loaded for stage") is not { } loaded
            || At("subscribed to") is { } subscribed && (loaded - subscribed).TotalSeconds > 1;
    }

    static List<JsonElement> Uses(JsonElement status) => [.. status.GetProperty("models").EnumerateArray()];

    static int StageOf(JsonElement use) => use.Text("pipeline")[1] - '0';

    // Rows before its first whole window.
    static int Unscored(JsonElement use) => StageOf(use) == 3 ? 19 : 0;

    static void Judge(string path, (string Case, string Model)[] models, int sent, int first)
    {
        var right = models.ToDictionary(m => Hash(m.Case), m => Expected(m.Case));
        var (seen, used) = (new HashSet<string>(), new HashSet<string>());
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var record = json.RootElement;
            var time = Time(record);
            Assert.True(seen.Add(time), $"{time} is there twice");
            if (seen.Count <= first) continue; // no whole window yet
            var model = record.Text("model_sha256");
            used.Add(model);
            var (score, wanted) = (record.GetProperty("score").GetDouble(), right[model][time]);
            var median = right[model].Values.Select(Math.Abs).Order().ElementAt(right[model].Count / 2);
            Assert.InRange(Math.Abs(score - wanted), 0, Tolerance * Math.Max(Math.Abs(wanted), median));
        }

        Assert.Equal(sent, seen.Count);
        Assert.Equal(models.Length, used.Count);
    }

    static string Hash(string name)
    {
        var (_, output) = Agent.Command("model", "inspect", Path.Combine(Cases, name, "model.onnx"));
        return output.Split('\n').First(l => l.StartsWith("sha256", StringComparison.Ordinal)).Split(' ')[^1].Trim();
    }

    static Dictionary<string, double> Expected(string name) => File.ReadLines(Path.Combine(Cases, name, "expected.jsonl"))
        .Select(l => JsonDocument.Parse(l).RootElement)
        .ToDictionary(r => r.Text("time"), r => r.GetProperty("score").GetDouble());

    static string Time(JsonElement record) => record.GetProperty("window_start").GetDateTimeOffset().UtcDateTime
        .ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    static List<string> Payloads(int from = 0, int count = int.MaxValue) => [.. File.ReadLines(Path.Combine(Cases, "rig.jsonl"))
        .Skip(from).Take(count).Select(l => JsonDocument.Parse(l).RootElement.Text("payload"))];

    static string Write(Workspace workspace, Mosquitto broker, int turn)
    {
        string Model(int stage)
        {
            var (name, more) = s_stages[stage].Models[turn % s_stages[stage].Models.Length];
            return $"  m{stage}: {{ file: {Cases}/{name}/model.onnx, budget: 1m{(more.Length > 0 ? ", " + more : "")} }}";
        }

        string Pipeline(int stage)
        {
            var more = s_stages[stage].Stage.Replace("$", Cases, StringComparison.Ordinal);
            var stages = Stages($"model: m{stage}{(more.Length > 0 ? ", " + more : "")}");
            return $"  p{stage}: {{ from: rig, stages: [ {stages} ], to: o{stage} }}";
        }

        var all = Enumerable.Range(0, s_stages.Length).ToList();
        return workspace.Write("agent.yaml", $$"""
            agent: { id: gw-test, data_dir: {{workspace["data"]}} }
            {{Source(broker)}}
            models:
            {{string.Join('\n', all.Select(Model))}}
            pipelines:
            {{string.Join('\n', all.Select(Pipeline))}}
            outputs:
            {{string.Join('\n', all.Select(i => $"  o{i}: {{ type: file, path: {workspace[$"p{i}.jsonl"]} }}"))}}
            commit: { interval: 100ms }

            """);
    }

    static string Source(Mosquitto broker) => $$"""
        sources:
          rig:
            type: mqtt
            url: mqtt://127.0.0.1:{{broker.Port}}
            client_id: gw-test
            subscriptions:
              - topic: rig/{device}/row
                qos: 1
                decode: { format: json, time: { path: $.ts, unit: ms }, fields: all }
        """;

    static string Stages(string score)
    {
        var sensors = string.Join(", ", s_sensors);
        return $"align: {{ by: device, metrics: [{sensors}], join: exact }}, score_summaries: {{ {score}, fields: [{sensors}] }}";
    }
}
