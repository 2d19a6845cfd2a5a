using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>How many messages of every device there are, and the sum of their values: what was published, or what came out.</summary>
sealed class SeriesSums
{
    readonly Dictionary<string, (long Count, long Sum)> _series = [];

    /// <summary>Messages of all devices.</summary>
    public long Count => _series.Values.Sum(s => s.Count);

    /// <summary>Adds messages of a device.</summary>
    public void Add(string device, long count, long sum)
    {
        var (before, sumBefore) = _series.GetValueOrDefault(device);
        _series[device] = (before + count, sumBefore + sum);
    }

    /// <summary>Adds all of another.</summary>
    public void Add(SeriesSums other)
    {
        foreach (var (device, (count, sum)) in other._series) Add(device, count, sum);
    }

    /// <summary>Reads summaries (count and sum by device) from a file; of a window's revisions the highest counts, and what left as
    /// a partial summary counts beside them.</summary>
    /// <param name="path">The file; none is as an empty one.</param>
    /// <param name="wanted">Which lines to read, by their text; null for all.</param>
    public static SeriesSums OfSummaries(string path, Func<string, bool>? wanted = null)
    {
        var sums = new SeriesSums();
        var latest = new Dictionary<(string, string), (long Revision, long Count, long Sum)>();
        var partial = new HashSet<string>();
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            // The last line may be half written.
            if (!line.EndsWith('}') || wanted?.Invoke(line) == false) continue;
            using var json = JsonDocument.Parse(line);
            var key = (json.RootElement.Text("device"), json.RootElement.Text("window_start"));
            var (count, sum) = (json.RootElement.Number("count"), (long)json.RootElement.GetProperty("sum").GetDouble());
            if (json.RootElement.TryGetProperty("partial", out _))
            {
                // An output may write a line again after a SIGKILL.
                if (partial.Add(line)) sums.Add(key.Item1, count, sum);
                continue;
            }

            var revision = json.RootElement.Number("revision");
            if (!latest.TryGetValue(key, out var before) || revision > before.Revision) latest[key] = (revision, count, sum);
        }

        foreach (var ((device, _), (_, count, sum)) in latest) sums.Add(device, count, sum);
        return sums;
    }

    /// <summary>What is lost and what is there twice, at least, compared with the truth:
    /// a device whose count is right and whose sum is not has one of each.</summary>
    public (long Lost, long Twice) Compare(SeriesSums truth)
    {
        long lost = 0, twice = 0;
        foreach (var device in truth._series.Keys.Union(_series.Keys))
        {
            var (got, expected) = (_series.GetValueOrDefault(device), truth._series.GetValueOrDefault(device));
            lost += Math.Max(0, expected.Count - got.Count);
            twice += Math.Max(0, got.Count - expected.Count);
            if (got.Count == expected.Count && got.Sum != expected.Sum) (lost, twice) = (lost + 1, twice + 1);
        }

        return (lost, twice);
    }
}
