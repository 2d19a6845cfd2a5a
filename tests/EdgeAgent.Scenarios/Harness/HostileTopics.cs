using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>One publisher makes up topics while good sensors publish beside it;
/// the agent is ended and started under a memory limit meanwhile.</summary>
/// <remarks>
/// Promised: the agent starts each time and stays within the limit, its directory within what <c>docs/bounds.md</c> gives it, and every
/// good message counts once. What had to give way is in the status.
/// </remarks>
sealed class HostileTopics(Workspace workspace, HostileTopicsSettings settings)
{
    const long BufferBytes = 16 << 20;
    const long OtherBytes = 8 << 20;
    const int GoodPerSecond = 500;
    const int StartSeconds = 60;
    const int QuietMs = 30_000;
    readonly Random _random = new(settings.Seed);
    readonly string _summaries = workspace["summaries.jsonl"];
    long _peakBytes, _stateBytes, _directoryBytes, _bad, _refused, _evicted, _shed;
    int _sent;
    TimeSpan _longestStart;

    /// <summary>Runs it to its end and judges.</summary>
    public FaultResult Run()
    {
        using var group = settings.MemoryLimitBytes is { } limit ? new MemoryGroup(limit) : null;
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var agent = new Agent(Configure(broker.Port));
        if (!settings.IsLimitedLater && group is not null) agent.Launcher = group.Launcher;
        agent.Start().WaitFor("subscribed to");
        using var sensors = new SteadySensors(broker.Port, GoodPerSecond);
        var junk = new Background(() => Publish(broker.Port));
        for (var life = 1; life <= settings.Restarts; life++)
        {
            WaitForJunk(agent, (int)(settings.Messages * (life - _random.NextDouble()) / (settings.Restarts + 1.0)));
            Note(agent);
            if (settings.IsKilled) agent.Kill();
            else agent.Stop();
            File.AppendAllText(workspace["agent.log"], agent.Text + "\nended\n");
            if (group is not null) agent.Launcher = group.Launcher;
            StartAgain(agent);
        }

        WaitForJunk(agent, settings.Messages);
        junk.Join(600);
        var truth = sensors.Stop(closes: true);
        var (lost, twice) = WaitForAll(agent, truth, sensors.IsMine);
        Note(agent);
        agent.Stop();
        File.AppendAllText(workspace["agent.log"], agent.Text + "\n");
        var mostDirectoryBytes = BufferBytes * 3 / 2 + 3 * _stateBytes + OtherBytes;
        var failure = group?.Killed > 0 ? $"{group.Killed} processes ended for want of memory"
            : _directoryBytes > mostDirectoryBytes
            ? $"{_directoryBytes >> 20} MiB in the data directory, more than {mostDirectoryBytes >> 20} MiB"
            : null;
        return new(lost, twice, failure, _bad + _refused + _evicted + _shed > 0, _longestStart, _peakBytes,
            $"good {truth.Count}, lost {lost}, twice {twice}; junk {_sent}: {_bad} bad, {_refused} series refused, {_evicted} evicted, "
                + $"{_shed} units shed at a start; "
                + $"{settings.Restarts + 1} starts, longest {_longestStart.TotalSeconds:0.0} s; "
                + $"peak {_peakBytes >> 20} MiB{(group is null ? "" : $", of the cgroup {group.PeakBytes >> 20} MiB")}, "
                + $"state {_stateBytes >> 20} MiB, directory {_directoryBytes >> 20} MiB");
    }

    string Configure(int port) => workspace.Write("agent.yaml", $$"""
        agent: { id: gw-hostile, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            client_id: gw-hostile
            subscriptions: [ { topic: "s/{site}/{device}/{metric}", qos: 1, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
        pipelines:
          windows: { from: plant, stages: [ { window: { tumbling: 10m, by: [ site, device, metric ], allowed_lateness: 2h, idle_timeout: 20s, aggregate: [ count, sum ] } } ], to: summaries }
        outputs:
          summaries: { type: file, path: {{_summaries}} }
        buffer: { max_size: {{BufferBytes >> 20}}MiB, on_full: block }

        """);

    void Publish(int port)
    {
        var random = new Random(settings.Seed + 1);
        var startMs = SteadySensors.LastWholeWindowMs();
        var watch = Stopwatch.StartNew();
        using var publisher = new Publisher(port);
        for (var i = 0; i < settings.Messages; i++)
        {
            publisher.Publish(Topic(settings.Junk == Junk.All ? (Junk)random.Next(3) : settings.Junk, i, random),
                $"{{\"ts\":{startMs + i % 1000},\"v\":1}}");
            Volatile.Write(ref _sent, i + 1);
            var early = (i + 1) * 1000L / settings.RatePerSecond - watch.ElapsedMilliseconds;
            if (early > 0) Thread.Sleep((int)early);
        }

        publisher.Flush();
    }

    static string Topic(Junk junk, int number, Random random) => junk switch
    {
        Junk.LongLevels => $"s/{number}-{Noise(random, random.Next(20_000, 60_000))}/d/m",
        Junk.LongLabels => $"s/{number}-{Noise(random, random.Next(150, 240))}/{Noise(random, random.Next(150, 250))}/"
            + $"{Noise(random, random.Next(150, 250))}",
        _ => $"s/junk/{number}/m",
    };

    static string Noise(Random random, int length)
    {
        var text = new StringBuilder(length);
        while (text.Length < length) text.Append((char)('a' + random.Next(26)));
        return text.ToString();
    }

    void WaitForJunk(Agent agent, int sent)
    {
        for (var until = Environment.TickCount64 + 600_000; Volatile.Read(ref _sent) < sent; agent.WaitForMore(20))
        {
            ThrowIfEnded(agent);
            if (Environment.TickCount64 > until)
                throw new TimeoutException($"the broker took {_sent} of {settings.Messages} messages of junk in 600 s");
        }
    }

    // From the start of the process until it has taken a message.
    void StartAgain(Agent agent)
    {
        var watch = Stopwatch.StartNew();
        agent.Start(waitUntilRuns: false).WaitFor(" runs as ", StartSeconds);
        agent.WaitForStatus(s => s.Source().Number("messages") > 0, "messages after a start", StartSeconds);
        if (watch.Elapsed > _longestStart) _longestStart = watch.Elapsed;
    }

    (long Lost, long Twice) WaitForAll(Agent agent, SeriesSums truth, Func<string, bool> wanted)
    {
        var (length, since, result) = (-1L, Environment.TickCount64, (0L, 0L));
        while (true)
        {
            ThrowIfEnded(agent);
            var now = File.Exists(_summaries) ? new FileInfo(_summaries).Length : 0;
            if (now != length)
            {
                (length, since) = (now, Environment.TickCount64);
                if ((result = SeriesSums.OfSummaries(_summaries, wanted).Compare(truth)) == (0, 0)) return result;
            }

            if (Environment.TickCount64 - since > QuietMs) return result;
            agent.WaitForMore(500);
        }
    }

    // What this life of the agent has counted and taken.
    void Note(Agent agent)
    {
        ThrowIfEnded(agent);
        var status = agent.Status();
        var of = status.GetProperty("agent");
        _bad += status.Source().Number("bad");
        _refused += of.Number("series_refused");
        _evicted += of.Number("series_evicted");
        _shed += of.GetProperty("shed_at_start").Number("units");
        _stateBytes = Math.Max(_stateBytes, of.Number("state_bytes"));
        _peakBytes = Math.Max(_peakBytes, agent.PeakResidentBytes());
        _directoryBytes = Math.Max(_directoryBytes, Directory.GetFiles(workspace["data"]).Sum(f => new FileInfo(f).Length));
    }

    static void ThrowIfEnded(Agent agent)
    {
        if (agent.HasExited) throw new InvalidOperationException($"the agent ended by itself:\n{agent.Text}");
    }
}
