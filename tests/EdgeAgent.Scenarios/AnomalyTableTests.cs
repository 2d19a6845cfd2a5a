using System.Globalization;
using System.Text.RegularExpressions;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The comparison of tests/models/nab/README.md over the whole path: recording, mosquitto, native binary, Kafka.</summary>
public sealed partial class AnomalyTableTests
{
    const string Recording = "machine_temperature_system_failure.csv";
    static readonly string[] Pipelines = ["spans", "spans_drifting", "level", "autoencoder", "zscore", "range"];

    static string Folder => Path.Combine(Repository.Root, "tests", "models", "nab");

    [Fact]
    public void The_whole_machine_recording_becomes_the_table_of_the_page_through_mqtt_and_kafka()
    {
        var path = Repository.Recording(Recording);
        var labels = Repository.Recording("anomaly_windows.json");
        Assert.SkipWhen(path is null || labels is null,
            $"{Recording} and anomaly_windows.json are not beside the checkout (../shared/data/nab)");
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka("edge.alerts");
        var rows = File.ReadLines(path!).Skip(1).Select(line => line.Split(',')).ToList();
        var readings = rows.ConvertAll(
            r => (Topic: "plant/m1/temperature", Payload: $$"""{"ts": "{{r[0].Replace(' ', 'T')}}Z", "value": {{r[1]}}}"""));
        Assert.Equal(22_695, readings.Count);
        var config = Write(workspace, broker, kafka);
        var expected = AlertOracle.Replayed(workspace, config, "machine", readings);

        using var agent = new Agent(config).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        foreach (var (topic, payload) in readings) publisher.Publish(topic, payload);
        publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("readings") == readings.Count && s.Source().Number("unacknowledged") == 0
            && s.Output().Number("backlog_records") == 0, "everything scored, committed and delivered", 240);
        var records = AlertOracle.Judge(expected, kafka, 1e-5);
        agent.Stop();
        agent.AssertNoErrors();

        var table = new AnomalyTable(File.ReadAllText(labels!), Recording, Time(rows[0][0]), Time(rows[^1][0]), Delays(), records);
        var lines = table.Lines(Pipelines);
        // For a person to read: the folder is that of all that builds and tests leave.
        File.WriteAllLines(Path.Combine(Repository.Root, "artifacts", "anomaly-table.md"), lines);
        TestContext.Current.SendDiagnosticMessage(string.Join('\n', lines));
        Assert.Equal((4, 4), table.Found("spans"));
        Assert.Equal(16, table.False("spans"));
        Assert.Equal(lines, File.ReadLines(Path.Combine(Folder, "README.md")).Where(l => l.StartsWith('|')));
    }

    // The page's own configuration; only where things are differs.
    static string Write(Workspace workspace, Mosquitto broker, Kafka kafka)
    {
        var text = File.ReadAllText(Path.Combine(Folder, "config.yaml"));
        foreach (var (old, now) in ((string, string)[])[
            ("{ file: ", $"{{ file: {Folder}/"),
            ("scaling_file: ", $"scaling_file: {Folder}/"),
            ("data_dir: /tmp/edge-agent-nab", $"data_dir: {workspace["data"]}"),
            ("mqtt://127.0.0.1\n", $"mqtt://127.0.0.1:{broker.Port}\n"),
            ("{ type: console }", $$"""{ type: kafka, brokers: ["{{kafka.Brokers}}"], topic: {{kafka.Topic}}, key: "{device}" }""")])
        {
            Assert.Contains(old, text);
            text = text.Replace(old, now);
        }

        return workspace.Write("config.yaml", text);
    }

    static Dictionary<string, TimeSpan> Delays() => MinDuration().Matches(File.ReadAllText(Path.Combine(Folder, "config.yaml")))
        .ToDictionary(m => m.Groups[1].Value, m => TimeSpan.FromHours(int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)));

    static DateTime Time(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    [GeneratedRegex(@"^  (\w+):\n    from: (?:(?!^  \w).)*?min_duration: (\d+)h", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex MinDuration();
}
