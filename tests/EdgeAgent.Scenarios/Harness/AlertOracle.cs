using System.Text.Json;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>What <c>replay</c> prints for the same messages: the same decoders, stages and models without broker,
/// commits and Kafka.</summary>
static class AlertOracle
{
    /// <summary>Payloads by record identity.</summary>
    /// <param name="workspace">Where the recording is written.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="source">Source the messages belong to.</param>
    /// <param name="readings">The messages in order.</param>
    public static Dictionary<string, string> Replayed(Workspace workspace, string config, string source,
        IReadOnlyList<(string Topic, string Payload)> readings)
    {
        var recording = workspace.Write("recording.jsonl", string.Join('\n', readings.Select((r, i) =>
            JsonSerializer.Serialize(new { source, topic = r.Topic, at = DateTime.UnixEpoch.AddMilliseconds(Configuration.StartMs + i),
                payload = r.Payload }))));
        var (code, output) = Agent.Command("replay", config, "--input", recording);
        Assert.True(code == 0, output);
        var expected = new Dictionary<string, string>();
        foreach (var line in output.Split('\n').Where(l => l.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            expected.Add(json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("payload").GetRawText());
        }

        // Without alerts there is nothing to compare: a model that is not there, say.
        Assert.True(expected.Count > 0, output);
        return expected;
    }

    /// <summary>Waits for as many alerts as are expected and holds them to be just those; repeats of one record are allowed.</summary>
    /// <param name="expected">What <see cref="Replayed"/> gave.</param>
    /// <param name="kafka">Where they arrive.</param>
    /// <param name="tolerance">Relative difference allowed in numbers that come from a model; 0 for the same bytes. Kernels for one row and
    /// for many add up in another order, and how many rows run together depends on how messages arrive.</param>
    /// <returns>The records consumed.</returns>
    public static IReadOnlyList<KafkaRecord> Judge(Dictionary<string, string> expected, Kafka kafka, double tolerance = 0)
    {
        var records = kafka.WaitFor(r => r.Select(x => x.Id).Distinct().Count() >= expected.Count, "all alerts");
        Assert.All(records, r => Assert.Contains("\"alert\":\"", r.Value));
        Assert.All(records, r => Assert.Equal("edgeagent.alert", r.Headers["ce_type"]));
        var seen = records.GroupBy(r => r.Headers["ce_id"]).ToDictionary(g => g.Key, g => g.Select(r => r.Value).Distinct().ToList());
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), seen.Keys.Order(StringComparer.Ordinal));
        foreach (var (id, payload) in expected)
        {
            if (tolerance == 0) Assert.Equal([payload], seen[id]);
            else Assert.All(seen[id], s => AssertAlike(payload, s, tolerance));
        }

        return records;
    }

    static void AssertAlike(string expected, string seen, double tolerance)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(seen);
        var members = left.RootElement.EnumerateObject().Zip(right.RootElement.EnumerateObject()).ToList();
        Assert.Equal(left.RootElement.EnumerateObject().Count(), right.RootElement.EnumerateObject().Count());
        foreach (var (want, got) in members)
        {
            Assert.Equal(want.Name, got.Name);
            if (want.Name is "peak" or "score" or "threshold") Near(want.Value, got.Value, tolerance);
            // Rounded to four places where they are written.
            else if (want.Name == "contribution_shares")
                foreach (var (w, g) in want.Value.EnumerateArray().Zip(got.Value.EnumerateArray()))
                    Assert.Equal(w.GetDouble(), g.GetDouble(), 1.5e-4);
            else Assert.Equal(want.Value.GetRawText(), got.Value.GetRawText());
        }
    }

    static void Near(JsonElement want, JsonElement got, double tolerance) =>
        Assert.Equal(want.GetDouble(), got.GetDouble(), tolerance * Math.Abs(want.GetDouble()));
}
