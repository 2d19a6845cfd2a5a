using System.Text.Json;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A record of a real cluster that was made of one reading.</summary>
/// <param name="Value">The reading's value.</param>
/// <param name="Id">What readers drop repeats by.</param>
sealed record ClusterRecord(long Value, string Id)
{
    /// <summary>All records of a topic, or those that readers of committed records see.</summary>
    public static List<ClusterRecord> Read(ApacheKafka apache, string topic, bool isCommitted)
    {
        var records = new List<ClusterRecord>();
        foreach (var line in apache.Read(topic, isCommitted))
        {
            var parts = line.Split('\t');
            using var payload = JsonDocument.Parse(parts[^1]);
            records.Add(new((long)payload.RootElement.GetProperty("value").GetDouble(), IdOf(parts)));
        }

        return records;
    }

    /// <summary>Waits until the committed records of a topic have the values 0 to <paramref name="count"/>, each once.</summary>
    public static void WaitFor(ApacheKafka apache, string topic, int count, int seconds)
    {
        List<long> values = [];
        for (var until = Environment.TickCount64 + seconds * 1000L; Environment.TickCount64 < until; Thread.Sleep(250))
        {
            values = [.. Read(apache, topic, isCommitted: true).Select(r => r.Value)];
            if (values.Count >= count) break;
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), values.Order());
    }

    static string IdOf(string[] parts) => parts.SelectMany(part => part.Split(',')).FirstOrDefault(part => part.Contains("ce_id")) ?? "";
}
