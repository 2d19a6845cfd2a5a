using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A backlog waits at mosquitto while the agent is away; the agent comes, and is killed, cut off and stalled while it takes it.
/// Each message counts once.</summary>
/// <remarks>
/// Kills, cuts and the stall happen when a drawn number of messages or acknowledgements has passed the wire, so they fall into the flush on
/// a machine of any speed. The windows are of one length that holds all event times;
/// their count and sum by device are compared with what the broker took.
/// </remarks>
sealed class Backlog(Workspace workspace, BacklogSettings settings)
{
    const int QuietMs = 6_000;
    const int StuckMs = 240_000;
    readonly Random _random = new(settings.Seed);
    readonly SeriesSums _truth = new();
    readonly string _summaries = workspace["summaries.jsonl"];
    readonly RawReadings _raw = new(workspace["readings.jsonl"], settings.Messages + settings.MessagesOfQos2);
    long _peakBytes;

    long Sent => settings.Messages + settings.MessagesOfQos2;

    /// <summary>Runs it to its end and judges.</summary>
    public BacklogResult Run()
    {
        // An absent client's queue has no limit, and nothing is written to the disk whose speed is the agent's.
        using var broker = new Mosquitto(workspace,
            $"persistence false\nmax_queued_messages 0\nmax_inflight_messages {settings.BrokerInFlight}", isVerbose: false);
        using var wire = new Wire(broker.Port, settings.Seed, Instants(settings.Cuts));
        using var agent = new Agent(Configure(wire.Port),
            environment: settings.SyncDelayMs > 0 ? Preloaded.SlowDisk(workspace, settings.SyncDelayMs) : null);
        agent.Start().WaitFor("subscribed to");
        Background? load = null;
        if (settings.RatePerSecond == 0)
        {
            agent.Stop();
            Publish(broker.Port);
        }

        using var busy = settings.IsMachineBusy ? new BusyMachine() : null;
        if (settings.RatePerSecond == 0) agent.Start(waitUntilRuns: false);
        else load = new Background(() => Publish(broker.Port));
        var isStuck = !Disturb(broker, wire, agent);
        load?.Join(3600);
        isStuck = isStuck || !WaitForEnd(wire, agent);
        NotePeak(agent);
        File.AppendAllText(workspace["agent.log"], agent.Text + "\n");
        if (isStuck) agent.Kill();
        else agent.Stop();
        return Judge(wire, isStuck);
    }

    string Configure(int port)
    {
        var receive = settings.ReceiveMaximum is { } most ? $"receive_maximum: {most}, " : "";
        return workspace.Write("agent.yaml", $$"""
            agent: { id: gw-backlog, data_dir: {{settings.DataDirectory ?? workspace["data"]}} }
            sources:
              plant:
                type: mqtt
                url: mqtt://127.0.0.1:{{port}}
                protocol: {{settings.Protocol}}
                client_id: gw-backlog
                {{receive.TrimEnd(',', ' ')}}
                subscriptions: [ { topic: "s/{device}/m", qos: {{(settings.MessagesOfQos2 > 0 ? 2 : 1)}}, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
            pipelines:
              windows: { from: plant, stages: [ { window: { tumbling: 10m, by: [ device ], allowed_lateness: 2h, idle_timeout: 1s, aggregate: [ count, sum ] } } ], to: summaries }
              {{(settings.HasRaw ? "raw: { from: plant, to: readings }" : "")}}
            outputs:
              summaries: { type: file, path: {{_summaries}} }
              {{(settings.HasRaw ? $"readings: {{ type: file, path: {workspace["readings.jsonl"]} }}" : "")}}

            """);
    }

    // Both kinds at once where there are both; QoS 2 below mosquitto's limit of open exchanges.
    void Publish(int port)
    {
        var startMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 600_000 * 600_000 - 600_000;
        var topics = Enumerable.Range(0, settings.Devices).Select(d => Encoding.ASCII.GetBytes($"s/d{d}/m")).ToArray();
        var loads = new List<Background>();
        foreach (var (first, count, qos) in new[] { (0, settings.Messages, 1), (settings.Messages, settings.MessagesOfQos2, 2) })
        {
            if (count == 0) continue;
            var random = new Random(settings.Seed + qos);
            loads.Add(new Background(() =>
            {
                var watch = Stopwatch.StartNew();
                var sums = new (long Count, long Sum)[topics.Length];
                using var flood = new Flood(port, qos,
                    qos == 1 ? 10_000 : Math.Clamp(settings.BrokerInFlight == 0 ? 500 : settings.BrokerInFlight - 2, 1, 500));
                Span<byte> payload = stackalloc byte[64];
                for (var i = first; i < first + count; i++)
                {
                    var device = random.Next(topics.Length);
                    var value = settings.HasEqualPayloads ? 1 : i;
                    Encoding.ASCII.TryGetBytes($"{{\"ts\":{startMs + (settings.HasEqualPayloads ? 0 : i % 500_000)},\"v\":{value}}}",
                        payload, out var length);
                    sums[device] = (sums[device].Count + 1, sums[device].Sum + value);
                    flood.Publish(topics[device], payload[..length]);
                    // What is behind the rate catches up: a slow moment is no lighter load.
                    if (settings.RatePerSecond > 0 && i % 200 == 0) Pace(flood, watch, i - first);
                }

                flood.Flush();
                lock (_truth)
                    for (var d = 0; d < sums.Length; d++) _truth.Add($"d{d}", sums[d].Count, sums[d].Sum);
            }));
        }

        foreach (var load in loads) load.Join(3600);
    }

    void Pace(Flood flood, Stopwatch watch, int sent)
    {
        flood.Send();
        var early = sent * 1000L / settings.RatePerSecond - watch.ElapsedMilliseconds;
        if (early > 0) Thread.Sleep((int)early);
    }

    // Most instants are by acknowledgements: what a broker has sent is far ahead of what the agent has taken.
    List<WireCount> Instants(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new WireCount((long)(Sent * 0.95 * _random.NextDouble()), _random.Next(5) > 0))
            .OrderBy(c => c.At)];

    enum FaultKind { Kill, Stall, Gone }

    // Gives false when nothing moves any more.
    bool Disturb(Mosquitto broker, Wire wire, Agent agent)
    {
        var faults = Instants(settings.Kills).Select(at => (At: at, Kind: FaultKind.Kill)).ToList();
        faults.AddRange(Instants(settings.Gone).Select(at => (at, FaultKind.Gone)));
        if (settings.Stall > TimeSpan.Zero) faults.Add((Instants(1)[0], FaultKind.Stall));
        foreach (var (at, kind) in faults.OrderBy(f => f.At.At))
        {
            var progress = new Progress();
            while (!wire.HasReached(at))
            {
                if (progress.Of(wire.Steps, wire.Connections) > StuckMs) return false;
                agent.WaitForMore(1);
            }

            if (kind == FaultKind.Gone)
            {
                broker.Signal("STOP");
                wire.ConnectAndGo();
                wire.Cut();
                broker.Signal("CONT");
            }
            else if (kind == FaultKind.Kill)
            {
                // Also between two things that have to do with messages, such as a commit and its acknowledgements.
                Thread.Sleep(_random.Next(0, 30));
                NotePeak(agent);
                wire.NoteFault();
                agent.Kill();
                File.AppendAllText(workspace["agent.log"], agent.Text + "\nkilled\n");
                agent.Start(waitUntilRuns: false);
            }
            else
            {
                broker.Signal("STOP");
                Thread.Sleep(settings.Stall);
                broker.Signal("CONT");
                wire.NoteFault(ends: false);
            }
        }

        return true;
    }

    // Until all is counted and acknowledged, or nothing comes or goes any more. Gives false when that is so although messages are open.
    bool WaitForEnd(Wire wire, Agent agent)
    {
        var progress = new Progress();
        for (long counted = 0, written = -1; ;)
        {
            agent.WaitForMore(50);
            _raw.Read();
            var length = File.Exists(_summaries) ? new FileInfo(_summaries).Length : 0;
            if (length != written) counted = SeriesSums.OfSummaries(_summaries).Count;
            written = length;
            var still = progress.Of(wire.Steps, wire.Connections, length, _raw.Lines);
            var all = counted == Sent && (!settings.HasRaw || _raw.Lines >= Sent);
            if (still > StuckMs) return false;
            // A second of quiet when all is there; longer when it is not, or more than that.
            if (still > (all ? 1_000 : QuietMs) && Unacknowledged(agent) == 0 && (counted > 0 || still > 60_000)) return true;
        }
    }

    static long Unacknowledged(Agent agent)
    {
        try
        {
            // Between two tries to connect nothing moves either, for as long as the back-off says.
            var source = agent.Status().Source();
            return source.Text("state") == "connected" ? source.Number("unacknowledged") : -1;
        }
        catch (Exception error) when (error is Xunit.Sdk.XunitException or InvalidOperationException or JsonException)
        {
            return -1; // not up yet
        }
    }

    BacklogResult Judge(Wire wire, bool isStuck)
    {
        var (lost, twice) = SeriesSums.OfSummaries(_summaries).Compare(_truth);
        _raw.Read();
        var repeats = 0L;
        if (settings.HasRaw)
        {
            var different = settings.HasEqualPayloads ? _raw.Lines : _raw.Distinct;
            lost = Math.Max(lost, Sent - different);
            repeats = _raw.Lines - Math.Min(Sent, different);
            // Without a kill no output has a reason to write anything again.
            if (settings.Kills == 0) (twice, repeats) = (Math.Max(twice, repeats), 0);
            if (_raw.Unfinished > settings.Kills)
                throw new InvalidOperationException($"{_raw.Unfinished} unfinished lines after {settings.Kills} kills");
        }

        return new(Sent, lost, twice, wire.Publishes, wire.Repeats, repeats, wire.LongestRecovery, _peakBytes, wire.Connections, isStuck);
    }

    void NotePeak(Agent agent)
    {
        try
        {
            _peakBytes = Math.Max(_peakBytes, agent.PeakResidentBytes());
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // It has just ended.
        }
    }

    struct Progress
    {
        (long, long, long, long) _last;
        long _since;

        /// <summary>Milliseconds since these numbers were last others.</summary>
        public long Of(long a, long b, long c = 0, long d = 0)
        {
            if (_since == 0 || _last != (a, b, c, d)) (_last, _since) = ((a, b, c, d), Environment.TickCount64);
            return Environment.TickCount64 - _since;
        }
    }
}
