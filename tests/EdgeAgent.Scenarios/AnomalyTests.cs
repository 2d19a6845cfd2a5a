using System.Globalization;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Models in the stream: sensors, mosquitto, score stage, alerts in Kafka.</summary>
public sealed class AnomalyTests
{
    static string Models => Path.Combine(Repository.Root, "tests", "models");

    [Fact]
    public void Machine_temperature_becomes_the_alerts_that_a_replay_gives()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var readings = Readings(9_000); // the first two labelled windows
        var config = WriteNab(workspace, broker, kafka);
        var expected = AlertOracle.Replayed(workspace, config, "plant", readings);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        foreach (var (topic, payload) in readings) publisher.Publish(topic, payload);
        publisher.Flush();
        var status = agent.WaitForStatus(s => s.GetProperty("models")[0].Number("scored") == readings.Count - 31, "all scores", 120);
        Assert.Equal(expected.Count(e => e.Value.Contains("\"alert\":\"opened\"")), status.GetProperty("models")[0].Number("alerts"));
        AlertOracle.Judge(expected, kafka);
        agent.Stop();
        agent.AssertNoErrors();
    }

    [Fact]
    public void A_killed_agent_goes_on_with_windows_thresholds_and_open_alerts()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var readings = Readings(9_000);
        var config = WriteNab(workspace, broker, kafka);
        var expected = AlertOracle.Replayed(workspace, config, "plant", readings);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        for (var i = 0; i < readings.Count; i++)
        {
            publisher.Publish(readings[i].Topic, readings[i].Payload);
            // Wherever it stands then: after warming up, inside alerts and between them.
            if (i % 1_700 != 1_699) continue;
            agent.Kill();
            agent.Start();
        }

        publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0 && s.Output().Number("backlog_records") == 0,
            "everything committed", 120);
        AlertOracle.Judge(expected, kafka);
        agent.Stop();
        agent.AssertNoErrors();
    }

    [Fact]
    public void A_hundred_reloads_under_load_lose_and_double_nothing_and_a_broken_file_changes_nothing()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        File.Copy(Path.Combine(Models, "gain1.onnx"), workspace["m.onnx"]);
        var config = Write(workspace, broker, kafka, $"m: {{ file: {workspace["m.onnx"]}, budget: 5s }}",
            "score: { model: m, emit_scores: true }");
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        var sent = 0;
        var stop = false;
        var sender = new Thread(() =>
        {
            using var publisher = new Publisher(broker.Port);
            while (!Volatile.Read(ref stop))
                for (var i = 0; i < 100; i++, sent++)
                    publisher.Publish($"sensors/p7/d{sent % 5}/temperature", Sensors.Payload(Configuration.StartMs + sent, 1 + (sent % 7)));
            publisher.Flush();
        });
        sender.Start();
        for (var i = 0; i < 100; i++)
        {
            // Renamed into place, as an installer does: a half-written file is never seen.
            File.Copy(Path.Combine(Models, i % 2 == 0 ? "gain2.onnx" : "gain1.onnx"), workspace["next"], overwrite: true);
            File.Move(workspace["next"], workspace["m.onnx"], overwrite: true);
            var (code, output) = Agent.Command("model", "reload", config);
            Assert.True(code == 0 && output.Contains("model `m`: swapped"), output);
        }

        Assert.Contains("unchanged", Agent.Command("model", "reload", config).Output);
        File.Copy(Path.Combine(Models, "broken_nan.onnx"), workspace["m.onnx"], overwrite: true);
        var (refused, why) = Agent.Command("model", "reload", config);
        Assert.NotEqual(0, refused);
        Assert.Contains("The old one stays", why);
        Volatile.Write(ref stop, true);
        sender.Join();

        var status = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0 && s.Output().Number("backlog_records") == 0,
            "everything delivered", 120);
        var model = status.GetProperty("models")[0];
        Assert.Equal(sent, model.Number("scored"));
        Assert.InRange(model.Number("swaps"), 1, 100);
        var records = kafka.WaitFor(r => r.Count >= sent, "a record each reading", 120);
        Assert.Equal(sent, records.Count);
        Assert.Equal(sent, records.Select(r => r.Id).Distinct().Count());
        var byModel = new Dictionary<string, int>();
        foreach (var record in records)
        {
            using var json = JsonDocument.Parse(record.Value);
            var (value, score) = (json.RootElement.GetProperty("value").GetDouble(), json.RootElement.GetProperty("score").GetDouble());
            var sha256 = json.RootElement.GetProperty("model_sha256").GetString()!;
            byModel[sha256] = byModel.GetValueOrDefault(sha256) + 1;
            Assert.Equal(sha256 == Sha256("gain1.onnx") ? value : 2 * value, score);
        }

        Assert.Equal(2, byModel.Count);
        TestContext.Current.SendDiagnosticMessage(
            $"{sent} readings, {model.Number("swaps")} swaps taken over; {string.Join(", ", byModel.Values)} by model");
        agent.Stop();
        agent.AssertNoErrors();
    }

    [Fact]
    public void An_immediate_output_publishes_each_alert_once_and_before_its_commit()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var panel = new Mosquitto(workspace);
        using var kafka = new Kafka();
        // A commit is far away: what arrives at once cannot come from the lane.
        var config = Configuration.Write(workspace, broker, kafka, commit: "{ interval: 60s, min_gap: 30s }", pipelines: """
              watch:
                from: [plant]
                stages:
                  - score: { model: m, threshold: { constant: 5 } }
                to: [central, panel]
            """);
        File.WriteAllText(config, File.ReadAllText(config).Replace("outputs:\n",
            $"outputs:\n  panel: {{ type: mqtt, url: \"mqtt://127.0.0.1:{panel.Port}\", topic: \"alerts/{{device}}\", immediate: true }}\n")
            + $"models:\n  m: {{ file: {Path.Combine(Models, "gain1.onnx")}, budget: 5s }}\n");
        var (code, text) = Agent.Command("check", "--connect", config);
        Assert.True(code == 0 && text.Contains($"ok      output panel: connected to 127.0.0.1:{panel.Port}; nothing was published",
            StringComparison.Ordinal), text);
        panel.Stop();
        (code, text) = Agent.Command("check", "--connect", config);
        Assert.True(code == 69 && text.Contains("FAILED  output panel: ", StringComparison.Ordinal), text);
        panel.Start();
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        agent.WaitForStatus(s => s.Output(0).Text("state") == "connected", "the panel's broker");
        using var screen = new Child("mosquitto_sub", ["-p", panel.Port.ToString(CultureInfo.InvariantCulture), "-t", "alerts/#", "-q", "1",
            "-v", "-V", "mqttv5", "-c", "-i", "screen", "-x", "3600"]);
        panel.WaitForLog("Sending SUBACK to screen");
        using var publisher = new Publisher(broker.Port);
        var time = Configuration.StartMs;
        publisher.Publish("sensors/p7/d1/temperature", Sensors.Payload(time++, 9));
        publisher.Flush();
        var line = screen.WaitFor(l => l.StartsWith("alerts/d1 ", StringComparison.Ordinal), "the alert at the panel", 20);
        Assert.Contains("\"alert\":\"opened\"", line);
        Assert.Equal(0, agent.Status().Output(0).Number("confirmed"));
        publisher.Publish("sensors/p7/d1/temperature", Sensors.Payload(time++, 1));
        publisher.Flush();
        screen.WaitFor(l => l.Contains("\"alert\":\"closed\""), "the alert's end at the panel", 20);
        agent.Stop(); // the last commit, and the lanes after it
        Assert.Equal(2, screen.Lines.Count(l => l.StartsWith("alerts/", StringComparison.Ordinal)));
        kafka.WaitFor(r => r.Count == 2, "the same alerts in Kafka");
        Assert.Equal(kafka.Records.Select(r => "alerts/d1 " + r.Value),
            screen.Lines.Where(l => l.StartsWith("alerts/", StringComparison.Ordinal)));
        agent.AssertNoErrors();
    }

    static string Sha256(string file) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(Models, file))));

    static string WriteNab(Workspace workspace, Mosquitto broker, Kafka kafka) => Write(workspace, broker, kafka,
        $"autoencoder: {{ file: {Path.Combine(Models, "nab", "autoencoder.onnx")}, budget: 5s }}",
        $"score: {{ model: autoencoder, last: 32, score: reconstruction_mse, scaling_file: {Path.Combine(Models, "nab", "scaling.json")}, "
            + "threshold: { spot: 1e-4, warmup: 1500, hysteresis: 0.5 } }");

    static string Write(Workspace workspace, Mosquitto broker, Kafka kafka, string model, string stage)
    {
        var path = Configuration.Write(workspace, broker, kafka, pipelines: $$"""
                  watch:
                    from: [plant]
                    stages:
                      - {{stage}}
                    to: [central]
            """);
        File.AppendAllText(path, $"models:\n  {model}\n");
        return path;
    }

    static List<(string Topic, string Payload)> Readings(int count)
    {
        var path = Repository.Recording("machine_temperature_system_failure.csv");
        Assert.SkipWhen(
            path is null, "the recording machine_temperature_system_failure.csv is not beside the checkout (../shared/data/nab)");
        return [.. File.ReadLines(path!).Skip(1).Take(count).Select(line =>
        {
            var comma = line.IndexOf(',');
            var time = DateTimeOffset.Parse(line[..comma], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return ("sensors/p7/m1/temperature",
                Sensors.Payload(time.ToUnixTimeMilliseconds(), double.Parse(line[(comma + 1)..], CultureInfo.InvariantCulture)));
        })];
    }
}
