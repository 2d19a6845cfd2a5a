using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Models swapped while 50,000 readings a second come in.</summary>
public sealed class SwapUnderLoadTests
{
    const int Swaps = 100, PerSecond = 50_000, PerMessage = 50;

    static string Models => Path.Combine(Repository.Root, "tests", "models");

    [Fact]
    public void A_hundred_swaps_at_fifty_thousand_readings_a_second_score_every_reading_once_by_one_model()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace, "log_type error\nlog_type information\nmax_inflight_messages 1000");
        File.Copy(Path.Combine(Models, "gain1.onnx"), workspace["m.onnx"]);
        var config = Write(workspace, broker);
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        var load = new Load(broker.Port);
        // A model that no batch has met yet would be replaced without having been in force.
        agent.WaitForStatus(s => s.GetProperty("models")[0].Number("scored") > 0, "the first scores");
        for (var i = 0; i < Swaps; i++)
        {
            // Renamed into place, as an installer does: a half-written file is never seen.
            File.Copy(Path.Combine(Models, i % 2 == 0 ? "gain2.onnx" : "gain1.onnx"), workspace["next"], overwrite: true);
            File.Move(workspace["next"], workspace["m.onnx"], overwrite: true);
            var (code, output) = Agent.Command("model", "reload", config);
            Assert.True(code == 0 && output.Contains("model `m`: swapped"), output);
            agent.WaitForStatus(s => s.GetProperty("models")[0].Number("swaps") > i, "the swap taken over by the stage");
        }

        var (sent, elapsed) = load.Stop();
        var status =
            agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0 && s.GetProperty("models")[0].Number("scored") >= sent
                && s.Output().Number("backlog_records") == 0, "everything scored and written", 240);
        var peakMb = agent.PeakResidentBytes() / 1_000_000;
        agent.Stop();
        agent.AssertNoErrors();
        var model = status.GetProperty("models")[0];
        Assert.Equal(sent, model.Number("scored"));
        Assert.Equal(Swaps, model.Number("swaps"));
        foreach (var trouble in (string[])["failed", "over_budget", "not_finite", "missing", "no_model"])
            Assert.Equal(0, model.Number(trouble));
        var byModel = Judge(workspace["scores.jsonl"], sent);
        TestContext.Current.SendDiagnosticMessage($"{sent} readings in {elapsed.TotalSeconds:F1} s ({sent / elapsed.TotalSeconds:F0}/s), "
            + $"{Swaps} swaps; {byModel[0]} scored by one model, {byModel[1]} by the other; {peakMb} MB resident at most");
    }

    // Every reading has an event time of its own, so that one left out and one scored twice are both seen.
    static long[] Judge(string path, int sent)
    {
        var seen = new BitArray(sent);
        var sha256 = ((string[])["gain1.onnx", "gain2.onnx"])
            .Select(f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Models, f)))))
            .ToArray();
        var byModel = new long[2];
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var record = json.RootElement;
            var index = (int)(record.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds() - Configuration.StartMs);
            Assert.False(seen[index], $"reading {index} was scored twice");
            seen[index] = true;
            var model = Array.IndexOf(sha256, record.GetProperty("model_sha256").GetString());
            byModel[model]++;
            Assert.Equal(sha256[model][..12], record.GetProperty("model_version").GetString());
            Assert.Equal(Load.ValueOf(index), record.GetProperty("value").GetDouble());
            Assert.Equal((model + 1) * Load.ValueOf(index), record.GetProperty("score").GetDouble());
        }

        Assert.True(seen.HasAllSet(), "a reading was not scored");
        Assert.All(byModel, n => Assert.True(n > 0));
        return byModel;
    }

    static string Write(Workspace workspace, Mosquitto broker) => workspace.Write("agent.yaml", $$"""
        agent: { id: gw-test, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{broker.Port}}
            client_id: gw-test
            subscriptions:
              - topic: sensors/{device}/{metric}
                qos: 1
                decode: { format: json, samples: $.samples, value: $.value, time: { path: $.ts, unit: ms } }
        models:
          m: { file: {{workspace["m.onnx"]}}, budget: 5s }
        pipelines:
          watch: { from: [plant], stages: [ { score: { model: m, emit_scores: true } } ], to: [out] }
        outputs:
          out: { type: file, path: {{workspace["scores.jsonl"]}} }
        buffer: { max_size: 256MiB, on_full: block }

        """);

    /// <summary>Five devices that send 50,000 readings a second together, fifty a message,
    /// from a thread of their own until told to stop.</summary>
    sealed class Load
    {
        readonly Thread _thread;
        readonly Stopwatch _clock = Stopwatch.StartNew();
        volatile bool _stop;
        int _sent;
        Exception? _error;

        public Load(int port)
        {
            _thread = new Thread(() =>
            {
                try
                {
                    Send(port);
                }
                catch (Exception e)
                {
                    _error = e;
                }
            });
            _thread.Start();
        }

        public static double ValueOf(int index) => 1 + (index % 97);

        public (int Sent, TimeSpan Elapsed) Stop()
        {
            _stop = true;
            _thread.Join();
            Assert.Null(_error);
            return (_sent, _clock.Elapsed);
        }

        void Send(int port)
        {
            using var publisher = new Publisher(port);
            var payload = new StringBuilder();
            while (!_stop)
            {
                // The pace of a real plant; behind it after a pause, all that is due goes at once.
                while (!_stop && _sent > _clock.Elapsed.TotalSeconds * PerSecond) Thread.Yield();
                payload.Clear().Append("{\"samples\":[");
                for (var i = 0; i < PerMessage; i++, _sent++)
                    payload.Append(CultureInfo.InvariantCulture,
                        $"{(i > 0 ? "," : "")}{{\"ts\":{Configuration.StartMs + _sent},\"value\":{ValueOf(_sent)}}}");
                publisher.Publish($"sensors/d{_sent / PerMessage % 5}/temperature", payload.Append("]}").ToString());
            }

            publisher.Flush();
            _clock.Stop();
        }
    }
}
