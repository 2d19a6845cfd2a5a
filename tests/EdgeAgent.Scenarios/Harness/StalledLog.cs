namespace EdgeAgent.Scenarios.Harness;

/// <summary>Nobody reads the agent's standard error while models are swapped and warnings come: sources go on,
/// every message counts once.</summary>
sealed class StalledLog(Workspace workspace, StalledLogSettings settings)
{
    const int GoodPerSecond = 1_000;
    const int MostGapMs = 5_000;
    const int QuietMs = 20_000;
    readonly Random _random = new(settings.Seed);
    readonly string _summaries = workspace["summaries.jsonl"];
    long _peakBytes;
    int _swaps;

    static string Models => Path.Combine(Repository.Root, "tests", "models");

    /// <summary>Runs it to its end and judges.</summary>
    public FaultResult Run()
    {
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var wire = new Wire(broker.Port, settings.Seed);
        using var pipe = new StalledPipe(workspace);
        Swap();
        var config = Configure(wire.Port);
        // Every commit and connection is a line then.
        using var agent = new Agent(config, verbose: true);
        // The session is there before the first message: with a full pipe nothing says when the agent has subscribed.
        agent.Start().WaitFor("subscribed to");
        agent.Stop();
        agent.Launcher = pipe.Launcher;
        if (settings.IsFromStart) pipe.Stall();
        agent.Start(waitUntilRuns: false);
        using var sensors = new SteadySensors(broker.Port, GoodPerSecond);
        WaitForMessages(agent);
        if (!settings.IsFromStart)
        {
            Thread.Sleep(_random.Next(500, 3_000));
            pipe.Stall();
        }

        var isOver = false;
        var bad = settings.HasBadMessages ? new Background(() => PublishBad(broker.Port, () => Volatile.Read(ref isOver))) : null;
        var gap = LongestGap(wire, config);
        Volatile.Write(ref isOver, true);
        bad?.Join();
        _peakBytes = Math.Max(_peakBytes, agent.PeakResidentBytes());
        var status = agent.Status();
        var (dropped, swapped) = (status.GetProperty("agent").Number("log_lines_dropped"), status.GetProperty("models")[0].Number("swaps"));
        var overBudget = status.GetProperty("models")[0].Number("over_budget");
        var longestCommit = TimeSpan.FromMilliseconds(status.GetProperty("commits").GetProperty("longest_ms").GetDouble());
        var failure = End(agent, pipe, config);
        var truth = sensors.Stop(closes: true);
        var (lost, twice) = WaitForAll(truth, sensors);
        _peakBytes = Math.Max(_peakBytes, agent.PeakResidentBytes());
        agent.Stop();
        if (gap.TotalMilliseconds > MostGapMs) failure ??= $"no message was acknowledged for {gap.TotalSeconds:0.0} s";
        if (settings.HasSwaps && swapped == 0) failure ??= "no swap was taken over";
        return new(lost, twice, failure, true, gap, _peakBytes,
            $"good {truth.Count}, lost {lost}, twice {twice}; {_swaps - 1} swaps, {swapped} taken over, {overBudget} runs over budget; "
                + $"longest gap {gap.TotalSeconds:0.00} s, longest commit {longestCommit.TotalSeconds:0.00} s; "
                + $"{dropped} lines of the log dropped; peak {_peakBytes >> 20} MiB");
    }

    string Configure(int port) => workspace.Write("agent.yaml", $$"""
        agent: { id: gw-stalled, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            client_id: gw-stalled
            subscriptions: [ { topic: "s/{site}/{device}/{metric}", qos: 1, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
        models:
          m: { file: {{workspace["m.onnx"]}}, budget: 5s }
        pipelines:
          windows: { from: plant, stages: [ { window: { tumbling: 10m, by: [ site, device, metric ], allowed_lateness: 2h, idle_timeout: 10s, aggregate: [ count, sum ] } } ], to: summaries }
          watch: { from: plant, stages: [ { score: { model: m, emit_scores: true } } ], to: scores }
        outputs:
          summaries: { type: file, path: {{_summaries}} }
          scores: { type: file, path: {{workspace["scores.jsonl"]}} }
        commit: { interval: 20ms }

        """);

    // Renamed into place, as an installer does.
    void Swap()
    {
        File.Copy(Path.Combine(Models, _swaps++ % 2 == 0 ? "gain1.onnx" : "gain2.onnx"), workspace["next"], overwrite: true);
        File.Move(workspace["next"], workspace["m.onnx"], overwrite: true);
    }

    void PublishBad(int port, Func<bool> isOver)
    {
        var random = new Random(settings.Seed + 1);
        string[] payloads =
        [
            "not json", "{\"v\":\"warm\",\"ts\":1}", "{\"ts\":1}", "{\"v\":1}", "{\"v\":1,\"ts\":\"yesterday\"}", "{\"v\":1e400,\"ts\":1}"
        ];
        using var publisher = new Publisher(port);
        for (var i = 0; !isOver(); i++)
        {
            publisher.Publish($"s/bad/d{i % 1000}/m", payloads[random.Next(payloads.Length)]);
            if (i % 10 == 0) Thread.Sleep(5);
        }

        publisher.Flush();
    }

    static void WaitForMessages(Agent agent)
    {
        for (var until = Environment.TickCount64 + 60_000; ; Thread.Sleep(50))
        {
            if (agent.HasExited) throw new InvalidOperationException("the agent ended at its start");
            try
            {
                if (agent.Status().Source().Number("messages") > 0) return;
            }
            catch (Xunit.Sdk.XunitException) when (Environment.TickCount64 < until)
            {
                // Not up yet.
            }
        }
    }

    // Swaps meanwhile, and looks at what passes the wire.
    TimeSpan LongestGap(Wire wire, string config)
    {
        long longest = 0, last = wire.Acknowledgements, since = Environment.TickCount64;
        var isOver = false;
        var swaps = new Background(() =>
        {
            while (settings.HasSwaps && !Volatile.Read(ref isOver))
            {
                Swap();
                var (code, output) = Agent.Command("model", "reload", config);
                if (code != 0) throw new InvalidOperationException($"model reload: {output}");
            }
        });
        for (var until = Environment.TickCount64 + (long)settings.Stall.TotalMilliseconds; Environment.TickCount64 < until; Thread.Sleep(5))
        {
            if (wire.Acknowledgements != last) (last, since) = (wire.Acknowledgements, Environment.TickCount64);
            longest = Math.Max(longest, Environment.TickCount64 - since);
        }

        Volatile.Write(ref isOver, true);
        swaps.Join();
        return TimeSpan.FromMilliseconds(longest);
    }

    string? End(Agent agent, StalledPipe pipe, string config)
    {
        switch (settings.End)
        {
            case StallEnd.ReadAgain:
                pipe.Resume();
                pipe.WaitFor(" runs as ");
                Thread.Sleep(1_000);
                // What is said from now on comes, too.
                var seen = pipe.Text.Length;
                for (var until = Environment.TickCount64 + 30_000; pipe.Text.Length == seen; Thread.Sleep(50))
                {
                    if (Environment.TickCount64 > until) return "nothing more is logged though somebody reads again";
                    Swap();
                    Agent.Command("model", "reload", config);
                }

                return null;
            case StallEnd.ReaderGone:
                pipe.Break();
                Thread.Sleep(_random.Next(500, 2_000));
                return agent.HasExited ? "the agent ended when the reader of its log went away" : null;
            case StallEnd.Stopped:
                agent.Stop();
                break;
            default:
                agent.Kill();
                break;
        }

        agent.Launcher = [];
        agent.Start();
        return null;
    }

    (long Lost, long Twice) WaitForAll(SeriesSums truth, SteadySensors sensors)
    {
        var until = Environment.TickCount64 + QuietMs;
        while (true)
        {
            var result = SeriesSums.OfSummaries(_summaries, sensors.IsMine).Compare(truth);
            if (result == (0, 0) || Environment.TickCount64 > until) return result;
            Thread.Sleep(200);
        }
    }
}
