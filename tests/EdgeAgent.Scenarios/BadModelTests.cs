using System.Diagnostics;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Models and libraries that cannot be used: one line each that names the model, what was expected and what was found;
/// everything else runs.</summary>
public sealed class BadModelTests
{
    static string Models => Path.Combine(Repository.Root, "tests", "models");

    [Fact]
    public void Each_bad_model_is_one_line_and_the_other_pipelines_run()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var text = workspace.Write("text.onnx", "pipelines:\n  hot: {}\n");
        using (var big = File.Create(workspace["big.onnx"])) big.SetLength(200_000_000);
        (string Name, string Model, string Stage, string Words)[] bad =
        [
            ("missing", "file: /nowhere/m.onnx", "", "model `missing`: /nowhere/m.onnx cannot be read: "),
            ("text", $"file: {text}", "", $"model `text`: {text} is not an ONNX model but text"),
            ("cut", $"file: {Models}/broken_truncated.onnx", "", "model `cut`: "),
            ("newer", $"file: {Models}/broken_opset.onnx", "", "needs operator set 99, this ONNX Runtime knows up to 26"),
            ("other", $"file: {Models}/broken_custom_op.onnx", "", "acme:Detect"),
            ("inputs", $"file: {Models}/dense_ae.onnx", ", last: 31", "takes 32 features (x: float32[batch, 32]), stage `score` gives 31"),
            ("nan", $"file: {Models}/broken_nan.onnx", ", last: 32", "a row of means gives a score that is not a number"),
            ("big", $"file: {workspace["big.onnx"]}", "", "has 200000000 bytes, max_size is 67108864"),
            ("hash", $"file: {Models}/gain1.onnx, sha256: abcd", "", "expected abcd"),
            ("provider", $"file: {Models}/gain1.onnx, provider: xnnpack", "", "provider `xnnpack` is not in"),
            ("good", $"file: {Models}/gain1.onnx, budget: 5s", ", emit_scores: true", ""),
        ];
        var config = Write(workspace, broker, kafka, bad.Select(b => (b.Name, b.Model, b.Stage)));
        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        foreach (var (name, _, _, words) in bad)
        {
            // Models are loaded while sources connect.
            if (words.Length > 0) agent.WaitFor($"model `{name}`: ");
            var lines = agent.Lines.Where(l => l.Contains($"model `{name}`: ")).ToList();
            if (words.Length == 0) Assert.Empty(lines);
            else Assert.Contains(words, Assert.Single(lines));
            Assert.All(lines, l => Assert.EndsWith($"Stage `score` of pipeline `{name}` goes on without it.", l));
        }

        RunOn(broker, kafka, agent);
        var models = agent.Status().GetProperty("models").EnumerateArray().ToList();
        Assert.All(models.Where(m => m.Text("name") != "good"), m => Assert.Equal((0, ""), (m.Number("scored"), m.Text("sha256"))));
        Assert.True(models.Single(m => m.Text("name") == "good").Number("scored") > 0);
        agent.Stop();
    }

    [Fact]
    public void Without_the_library_or_with_another_one_models_are_told_and_the_rest_runs()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        Directory.CreateDirectory(workspace["lib"]);
        var config = Write(workspace, broker, kafka, [("m", $"file: {Models}/gain1.onnx", "")]);
        var environment = new Dictionary<string, string> { ["EDGE_AGENT_NATIVE_DIR"] = workspace["lib"] };
        using var agent = new Agent(config, environment: environment).Start();
        var line = agent.WaitFor("model `m`: ");
        Assert.Contains($"libonnxruntime.so.1 was not found in {workspace["lib"]} or ", line);
        agent.WaitFor("subscribed to");
        RunOn(broker, kafka, agent);
        agent.Stop();

        File.WriteAllText(workspace["lib/libonnxruntime.so.1"], "no library");
        agent.Start();
        Assert.Contains("cannot be loaded. It needs glibc and libstdc++", agent.WaitFor("model `m`: "));
        agent.Stop();

        Build(workspace, "int not_it;");
        agent.Start();
        Assert.Contains("is not ONNX Runtime: it has no OrtGetApiBase", agent.WaitFor("model `m`: "));
        agent.Stop();

        // An old library: it knows its version and does not have the table asked for.
        Build(workspace, """
            static const void *get_api(unsigned version) { (void)version; return 0; }
            static const char *get_version(void) { return "1.10.0"; }
            static const void *base[2] = { (const void *)get_api, (const void *)get_version };
            const void *OrtGetApiBase(void) { return base; }
            """);
        agent.Start();
        Assert.Contains("is ONNX Runtime 1.10.0; at least 1.31 is needed", agent.WaitFor("model `m`: "));
        agent.WaitFor("resumed the session");
        agent.Stop();
    }

    static void RunOn(Mosquitto broker, Kafka kafka, Agent agent)
    {
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 500);
        sensors.Close(publisher);
        kafka.WaitFor(r => truth.IsReached([.. r.Where(x => x.Headers["ce_type"] == "edgeagent.summary")], Sensors.Group),
            "summaries beside broken models", hint: () => agent.Text);
    }

    static string Write(Workspace workspace, Mosquitto broker, Kafka kafka, IEnumerable<(string Name, string Model, string Stage)> models)
    {
        var all = models.ToList();
        var path = Configuration.Write(workspace, broker, kafka,
            pipelines: Configuration.Pipeline("summaries", "plant") + "\n" + string.Concat(all.Select(m =>
                $"      {m.Name}:\n        from: [plant]\n        stages:\n          - score: {{ model: {m.Name}{m.Stage} "
                    + "}\n        to: [central]\n")));
        File.AppendAllText(path, "models:\n" + string.Concat(all.Select(m => $"  {m.Name}: {{ {m.Model} }}\n")));
        return path;
    }

    static void Build(Workspace workspace, string source)
    {
        var file = workspace.Write("stub.c", source);
        using var compiler = Process.Start(new ProcessStartInfo("clang",
            ["-shared", "-fPIC", "-o", workspace["lib/libonnxruntime.so.1"], file]) { RedirectStandardError = true })!;
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
    }
}
