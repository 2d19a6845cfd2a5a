using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Something happens to the data directory between two lives of the agent.</summary>
/// <remarks>
/// Promised: the agent starts; what is missing it says, in the log and with a number where one can be known; what is whole is carried over;
/// everything taken from then on counts once. A message of the life before that is missing although nothing was said of a loss is lost
/// without a word. Of records an output is shown twice only those with the same identity, after a SIGKILL or a salvage.
/// </remarks>
sealed partial class DamagedDirectory(Workspace workspace, DamagedDirectorySettings settings)
{
    const int GoodPerSecond = 4_000;
    const int SmallDiskMebibytes = 48;
    const int MostStarts = 4;
    const int PageBytes = 4096;
    const int QuietMs = 45_000;
    readonly Random _random = new(settings.Seed);
    string _data = workspace["data"];
    readonly StringBuilder _log = new();
    int _starts;

    string Database => Path.Combine(_data, "edge-agent.db");

    string Raw => Path.Combine(workspace["out"], "readings.jsonl");

    string Summaries => Path.Combine(workspace["out"], "summaries.jsonl");

    /// <summary>Runs it to its end and judges.</summary>
    public FaultResult Run()
    {
        using var disk = settings.Fault == DirectoryFault.DiskFull ? new SmallDisk(workspace, SmallDiskMebibytes) : null;
        if (disk is not null) _data = Path.Combine(disk.Path, "data");
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var agent = new Agent(Configure(broker.Port));
        if (settings.HasBacklog) File.WriteAllText(workspace["out"], "a file where a folder has to be: outputs are away");
        agent.Start().WaitFor("subscribed to");
        var (before, truthBefore, startMs) = LiveBefore(broker, agent);
        var backlog = agent.Status().GetProperty("outputs").EnumerateArray().Sum(o => o.Number("backlog_records"));
        if (settings.IsKilled) agent.Kill();
        else agent.Stop();
        _log.AppendLine(agent.Text);
        var hadEffect = Break(disk);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        // A disk that is full at the start keeps the agent from taking anything; all else it starts with.
        using (var sensors = Restart(broker, agent, disk, before, startMs))
        {
            var recovery = watch.Elapsed;
            Thread.Sleep(2_000);
            var truth = sensors.Stop(closes: true);
            if (settings.HasBacklog) File.Delete(workspace["out"]);
            var after = sensors.Next;
            Supervise(agent, () => WaitForOutput(agent, after));
            var peak = agent.PeakResidentBytes();
            var status = agent.Status();
            agent.Stop();
            _log.AppendLine(agent.Text);
            workspace.Write("agent.log", _log.ToString());
            return Judge(before, after, truthBefore, truth, sensors, status, backlog, hadEffect, recovery, peak);
        }
    }

    // One life with a clean end first, so that the directory has something to remember; what is asked for follows it.
    (int Messages, SeriesSums Truth, long StartMs) LiveBefore(Mosquitto broker, Agent agent)
    {
        using var first = new SteadySensors(broker.Port, GoodPerSecond);
        WaitForTaken(agent, first, settings.Messages / 4);
        var truth = first.Stop(closes: false);
        WaitUntilCommitted(agent);
        agent.Stop();
        _log.AppendLine(agent.Text);
        agent.Start().WaitFor("subscribed to");
        using var second = new SteadySensors(broker.Port, GoodPerSecond, firstValue: first.Next, startMs: first.StartMs);
        WaitForTaken(agent, second, settings.Messages - first.Next - _random.Next(settings.Messages / 4));
        truth.Add(second.Stop(closes: false));
        WaitUntilCommitted(agent);
        return (second.Next, truth, first.StartMs);
    }

    // Gives whether there was anything to break.
    bool Break(SmallDisk? disk)
    {
        var wal = Database + "-wal";
        switch (settings.Fault)
        {
            case DirectoryFault.DatabaseDeleted:
                File.Delete(Database);
                return true;
            case DirectoryFault.AllDeleted:
                foreach (var file in Directory.GetFiles(_data, "edge-agent.db*")) File.Delete(file);
                return true;
            case DirectoryFault.WalDeleted:
                if (!File.Exists(wal)) return false;
                File.Delete(wal);
                if (_random.Next(2) == 0) File.Delete(Database + "-shm");
                return true;
            case DirectoryFault.WalEmptied:
                if (!File.Exists(wal)) return false;
                File.WriteAllBytes(wal, []);
                return true;
            case DirectoryFault.PageDamaged:
                return DamagePage();
            default:
                disk!.Fill();
                return true;
        }
    }

    // A page with readings in it, as text: one of the outbox. Some of its bytes become others, or all of them.
    bool DamagePage()
    {
        var bytes = File.ReadAllBytes(Database);
        var pages = Enumerable.Range(8, Math.Max(0, bytes.Length / PageBytes - 8))
            .Where(p => bytes.AsSpan(p * PageBytes, PageBytes).IndexOf("\"value\":"u8) >= 0)
            .ToList();
        if (pages.Count == 0) return false;
        var page = bytes.AsSpan(pages[_random.Next(pages.Count)] * PageBytes, PageBytes);
        if (_random.Next(2) == 0) _random.NextBytes(page);
        else
            for (var i = 0; i < 5; i++) page[_random.Next(PageBytes)] ^= (byte)_random.Next(1, 256);
        File.WriteAllBytes(Database, bytes);
        return true;
    }

    SteadySensors Restart(Mosquitto broker, Agent agent, SmallDisk? disk, int before, long startMs)
    {
        _starts = 0;
        if (disk is null)
        {
            Supervise(agent, () => agent.WaitFor("subscribed to"), starts: true);
            return new SteadySensors(broker.Port, GoodPerSecond, firstValue: before, startMs: startMs);
        }

        var sensors = new SteadySensors(broker.Port, GoodPerSecond, firstValue: before, startMs: startMs);
        agent.Start(waitUntilRuns: false).WaitFor("No space left on the disk");
        Thread.Sleep(_random.Next(1_000, 4_000));
        disk.Empty();
        agent.WaitFor("subscribed to");
        return sensors;
    }

    // As a supervisor does: starts the agent again when it ends, as it does when it meets damage while it reads.
    void Supervise(Agent agent, Action work, bool starts = false)
    {
        if (starts) agent.Start(waitUntilRuns: false);
        while (true)
        {
            try
            {
                work();
                return;
            }
            catch (Exception error) when (agent.HasExited && error is not TimeoutException)
            {
                _log.AppendLine(agent.Text).AppendLine("ended");
                if (++_starts >= MostStarts) throw new InvalidOperationException($"the agent ended {_starts} times:\n{agent.Text}");
                agent.Start(waitUntilRuns: false);
            }
        }
    }

    // Until every reading is there, or nothing more comes.
    void WaitForOutput(Agent agent, int messages)
    {
        var (last, since) = (-1L, Environment.TickCount64);
        while (Environment.TickCount64 - since < QuietMs)
        {
            if (agent.HasExited) throw new InvalidOperationException("ended");
            var length = File.Exists(Raw) ? new FileInfo(Raw).Length : 0;
            if (length != last)
            {
                (last, since) = (length, Environment.TickCount64);
                var raw = new RawReadings(Raw, messages);
                raw.Read();
                if (raw.Distinct == messages) break;
            }
            else if (length > 0 && Environment.TickCount64 - since > 5_000
                && agent.Status().GetProperty("outputs").EnumerateArray().All(o => o.Number("backlog_records") == 0))
            {
                break;
            }

            agent.WaitForMore(200);
        }

        agent.WaitForStatus(s => s.GetProperty("outputs").EnumerateArray().All(o => o.Number("backlog_records") == 0), "an empty outbox");
    }

    FaultResult Judge(int before, int after, SeriesSums truthBefore, SeriesSums truthAfter, SteadySensors sensors, JsonElement status,
        long backlog, bool hadEffect, TimeSpan recovery, long peak)
    {
        var seen = new bool[after];
        var lines = new HashSet<string>();
        var twice = 0L;
        foreach (var line in File.Exists(Raw) ? File.ReadLines(Raw) : [])
        {
            using var json = JsonDocument.Parse(line);
            var value = json.RootElement.GetProperty("value").GetInt32();
            if (seen[value] && lines.Add(line)) twice++; // the same value with another identity
            lines.Add(line);
            seen[value] = true;
        }

        var (missingBefore, missingAfter) = (seen.Take(before).Count(s => !s), seen.Skip(before).Count(s => !s));
        var summaries = SeriesSums.OfSummaries(Summaries, sensors.IsMine);
        truthAfter.Add(truthBefore);
        var (missingInWindows, moreInWindows) = summaries.Compare(truthAfter);
        twice = Math.Max(twice, moreInWindows);
        var log = _log.ToString();
        var told = Told(status, log);
        // Windows beside the records: what of them is missing is said in the same sentence, not counted.
        var (isSaid, mayLose) = (told.IsSaid, settings.Fault is not DirectoryFault.DiskFull);
        var lost = missingAfter + (isSaid && mayLose ? 0 : missingBefore + (missingBefore == 0 ? missingInWindows : 0));
        string? failure = null;
        // After a kill the number is up to a minute old: what was sent since is not missing.
        if (told.Records > 0 && missingBefore < told.Records && !(settings.IsKilled && !settings.HasBacklog)
            && settings.Fault != DirectoryFault.PageDamaged)
            failure = $"{told.Records} records are said to be missing, {missingBefore} are";
        if (settings.Fault == DirectoryFault.PageDamaged && missingBefore > before / 4)
            failure = $"one damaged page cost {missingBefore} of {before} records";
        var hasEffect = hadEffect && (settings.Fault is DirectoryFault.DiskFull || missingBefore + missingInWindows > 0 || isSaid);
        return new(lost, twice, failure, hasEffect, recovery, peak,
            $"{before} messages before, {after - before} after; unsent {backlog}; missing {missingBefore} of before, "
                + $"{missingAfter} of after, in windows {missingInWindows}; "
                + $"{(isSaid ? $"said: {told.Words}" : "nothing said")}; {_starts + 1} starts, twice {twice}, "
                + $"{recovery.TotalSeconds:0.0} s");
    }

    // What the log and the status say is missing.
    static (bool IsSaid, long Records, string Words) Told(JsonElement status, string log)
    {
        foreach (var line in log.Split('\n'))
        {
            if (!line.Contains("There was a database here", StringComparison.Ordinal)
                && !line.Contains("The database has gone back", StringComparison.Ordinal)
                && !line.Contains("The write-ahead log", StringComparison.Ordinal)) continue;
            var records = RecordsFor().Matches(line).Sum(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
            return (true, records, $"{records} records, "
                + (line.Contains("gone back", StringComparison.Ordinal) ? "gone back"
                    : line.Contains("There was", StringComparison.Ordinal) ? "gone" : "log gone"));
        }

        if (!status.GetProperty("agent").TryGetProperty("salvaged", out var salvaged)) return (false, 0, "");
        return (true, salvaged.Number("lost_records"),
            $"salvaged {salvaged.Number("records")} records and {salvaged.Number("state_rows")} rows, lost "
                + $"{salvaged.Number("lost_records")} records, {salvaged.Number("lost_segments")} segments, "
                + $"{salvaged.Number("lost_state_rows")} rows");
    }

    static void WaitForTaken(Agent agent, SteadySensors sensors, int messages)
    {
        var from = sensors.Next;
        while (sensors.Next - from < messages) agent.WaitForMore(10);
    }

    static void WaitUntilCommitted(Agent agent)
    {
        var (last, since) = (-1L, Environment.TickCount64);
        agent.WaitForStatus(
            s =>
            {
                if (s.Source().Number("messages") != last) (last, since) = (s.Source().Number("messages"), Environment.TickCount64);
                return s.Source().Number("unacknowledged") == 0 && Environment.TickCount64 - since > 500;
            }, "everything acknowledged");
    }

    string Configure(int port) => workspace.Write("agent.yaml", $$"""
        agent: { id: gw-directory, data_dir: {{_data}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            client_id: gw-directory
            subscriptions: [ { topic: "s/{site}/{device}/{metric}", qos: 1, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
        pipelines:
          windows: { from: plant, stages: [ { window: { tumbling: 10m, by: [ site, device, metric ], allowed_lateness: 2h, idle_timeout: 1h, aggregate: [ count, sum ] } } ], to: summaries }
          raw: { from: plant, to: readings }
        outputs:
          summaries: { type: file, path: {{Summaries}} }
          readings: { type: file, path: {{Raw}} }
        buffer: { max_size: 32MiB, on_full: block }

        """);

    [GeneratedRegex(@"(\d+) for output")]
    private static partial Regex RecordsFor();
}
