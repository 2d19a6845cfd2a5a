using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Random reloads under load: what came out by device is compared with what was published,
/// and the broker's log with the reconnects that the changes meant.</summary>
sealed class ReloadStorm(Workspace workspace, ReloadStormSettings settings)
{
    const int Devices = 8, Burst = 20;
    const long UsedMs = 500_000;
    static readonly string[] Sources = ["a", "b", "c"];
    static string Models => Path.Combine(Repository.Root, "tests", "models");

    readonly long _startMs = Configuration.StartMs / 3_600_000 * 3_600_000;
    readonly Dictionary<string, (long Count, long Sum)> _truth = [];
    volatile bool _isOver;

    /// <summary>Runs it.</summary>
    public FaultResult Run()
    {
        using var broker = new Mosquitto(workspace,
            "log_type error\nlog_type notice\nlog_type information\nmax_inflight_messages 1000", isVerbose: false);
        using var kafka = new Kafka();
        var plant = new ReloadPlant(workspace, broker.Port, kafka, Models, new Random(settings.Seed));
        plant.Write();
        using var agent = new Agent(plant.Path).Start();
        agent.WaitForStatus(
            s => s.GetProperty("sources").EnumerateArray().All(x => x.Text("state") == "connected"), "all sources connected");
        agent.WaitForMore(500);
        using var flood = new Flood(broker.Port, 1, 5_000);
        var load = new Background(() => Publish(flood));
        var (closedMs, failure) = Reload(plant, agent, new Random(settings.Seed + 1));
        _isOver = true;
        load.Join(300);
        agent.WaitForStatus(
            s => s.GetProperty("sources").EnumerateArray().All(x => x.Text("state") == "connected" && x.Number("unacknowledged") == 0)
            && s.GetProperty("sources").EnumerateArray().Sum(x => x.Number("bad")) == 0, "everything acknowledged", 240);
        agent.WaitForMore(1_000);
        plant.ChangeAllWindows();
        var (code, output) = Agent.Command("reload", plant.Path);
        if (code != 0) failure ??= output;
        var counted = new Dictionary<string, (long Count, long Sum)>();
        try
        {
            kafka.WaitFor(records => Same(counted = Count(records, ref failure)), "every message in a summary", 120);
        }
        catch (TimeoutException)
        {
            failure ??= "";
        }

        for (var i = 0; i < Sources.Length; i++)
        {
            var seen = Regex.Count(broker.Log, $@"New client connected from \S+ as gw-{Sources[i]}\b");
            if (seen != plant.Connections[i]) failure ??= $"source {Sources[i]} connected {seen} times, not {plant.Connections[i]}";
        }

        var peak = agent.PeakResidentBytes();
        if (agent.Lines.FirstOrDefault(l => l.Contains(" ERR ")) is { } error) failure ??= error;
        agent.Stop();
        closedMs.Sort();
        var (lost, twice) = Compare(counted);
        var total = _truth.Values.Sum(t => t.Count);
        return new(lost, twice, string.IsNullOrEmpty(failure) ? null : failure, closedMs.Count == settings.Reloads, null, peak,
            $"{total} messages, {settings.Reloads} reloads, gates closed {At(closedMs, 0.5)} ms at the median, "
                + $"{At(closedMs, 0.99)} ms at p99, {At(closedMs, 1)} ms at most; "
                + string.Join(", ", plant.Mix.Select(m => $"{m.Key} {m.Value}")));
    }

    (List<double> ClosedMs, string? Failure) Reload(ReloadPlant plant, Agent agent, Random random)
    {
        var closedMs = new List<double>();
        for (var i = 0; i < settings.Reloads; i++)
        {
            agent.WaitForMore(random.Next(settings.MostPauseMs));
            plant.Change();
            var (code, output) = Agent.Command("reload", plant.Path);
            if (code != 0) return (closedMs, $"reload {i + 1} ({plant.LastChange}): {output}");
            var closed = Regex.Match(output, @"sources waited for ([0-9.]+) ms");
            if (!closed.Success) return (closedMs, $"reload {i + 1} ({plant.LastChange}) changed nothing: {output}");
            closedMs.Add(double.Parse(closed.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        return (closedMs, null);
    }

    void Publish(Flood flood)
    {
        var topics = Sources.SelectMany(s => Enumerable.Range(0, Devices)
                .Select(d => (Key: $"p{s} d{d}", Topic: Encoding.ASCII.GetBytes($"s/{s}/d{d}/m"))))
            .ToArray();
        var sums = new (long Count, long Sum)[topics.Length];
        var watch = Stopwatch.StartNew();
        Span<byte> payload = stackalloc byte[64];
        for (var sent = 0L; !_isOver;)
        {
            for (var i = 0; i < Burst; i++, sent++)
            {
                var at = (int)(sent % topics.Length);
                Encoding.ASCII.TryGetBytes($"{{\"ts\":{_startMs + sent % UsedMs},\"v\":{sent}}}", payload, out var length);
                flood.Publish(topics[at].Topic, payload[..length]);
                sums[at] = (sums[at].Count + 1, sums[at].Sum + sent);
            }

            flood.Send();
            var early = sent * 1000 / settings.RatePerSecond - watch.ElapsedMilliseconds;
            if (early > 0) Thread.Sleep((int)early);
        }

        flood.Flush();
        for (var i = 0; i < topics.Length; i++) _truth[topics[i].Key] = sums[i];
    }

    /// <summary>Counts by pipeline and device: of a window's revisions the highest, as a reader of the summaries would.</summary>
    static Dictionary<string, (long Count, long Sum)> Count(IReadOnlyList<KafkaRecord> records, ref string? failure)
    {
        var bodies = new Dictionary<string, string>();
        var highest = new Dictionary<string, (int Revision, string Key, long Count, long Sum)>();
        foreach (var record in records)
        {
            var id = record.Id;
            if (!bodies.TryAdd(id, record.Value))
            {
                if (bodies[id] != record.Value) failure ??= $"two records have the id {id}: {bodies[id]} and {record.Value}";
                continue;
            }

            var parts = id[(id.IndexOf(' ') + 1)..].Split('/', 5);
            using var json = JsonDocument.Parse(record.Value);
            var root = json.RootElement;
            var window = $"{parts[0]}/{parts[1]}/{parts[2]}/{parts[4]}";
            var revision = int.Parse(parts[3], CultureInfo.InvariantCulture);
            if (highest.TryGetValue(window, out var before) && before.Revision > revision) continue;
            highest[window] = (revision, $"{parts[0]} {root.Text("device")}", root.Number("count"),
                (long)root.GetProperty("sum").GetDouble());
        }

        var counts = new Dictionary<string, (long Count, long Sum)>();
        foreach (var (_, key, count, sum) in highest.Values)
        {
            var (n, s) = counts.GetValueOrDefault(key);
            counts[key] = (n + count, s + sum);
        }

        return counts;
    }

    bool Same(Dictionary<string, (long Count, long Sum)> counted) =>
        counted.Count == _truth.Count && _truth.All(t => counted.GetValueOrDefault(t.Key) == t.Value);

    (long Lost, long Twice) Compare(Dictionary<string, (long Count, long Sum)> counted)
    {
        var (lost, twice) = (0L, 0L);
        foreach (var (key, (count, sum)) in _truth)
        {
            var (gotCount, gotSum) = counted.GetValueOrDefault(key);
            lost += Math.Max(0, count - gotCount);
            twice += Math.Max(0, gotCount - count);
            if (count == gotCount && sum != gotSum) (lost, twice) = (lost + 1, twice + 1);
        }

        return (lost, twice);
    }

    static double At(List<double> sorted, double part) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(part * sorted.Count))];
}
