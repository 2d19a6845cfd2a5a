namespace EdgeAgent.Scenarios.Harness;

/// <summary>A session at a broker with a habit: messages whose acknowledgements never arrive, an end, all of them again in the broker's way, then new ones.</summary>
sealed class RedeliverySession(Workspace workspace, BrokerHabit habit, bool isAgentKilled)
{
    const int Messages = 2_000;
    const int NewMessages = 500;
    const int Devices = 20;
    readonly Random _random = new(9);
    readonly SeriesSums _truth = new();
    readonly string _summaries = workspace["summaries.jsonl"];
    readonly HashSet<int> _noted = [];
    ushort _lastId;

    /// <summary>Runs it; gives what is lost, what is there twice, and the ids that were not acknowledged exactly once each after the reconnect.</summary>
    public (long Lost, long Twice, string Acknowledgements) Run()
    {
        using var broker = new ScriptedBroker();
        using var agent = new Agent(Configure(workspace, broker.Port, "gw-again")).Start(waitUntilRuns: false);
        broker.Accept(isSessionPresent: false);
        agent.WaitFor("subscribed to");

        var ids = new ushort[Messages];
        // What is behind the window is confirmed; of the last window no acknowledgement arrives, nor a ping.
        var open = Math.Min(Messages, habit.Window);
        for (var m = 0; m < Messages; m++)
        {
            if (m >= open) broker.WaitForAcknowledged(m - open + 1, "within the window");
            broker.AnswersPings = m < Messages - open || habit.ForgetsAfterPing;
            ids[m] = habit.ForgetsAfterPing ? (ushort)(m % habit.Window + 1) : NextId();
            Send(broker, m, ids[m], habit.MarksAll);
        }

        broker.WaitForAcknowledged(Messages, "the first delivery");
        if (habit.ForgetsAfterPing)
        {
            // The first PINGRESP that comes behind all acknowledgements.
            var pings = broker.Pings;
            broker.WaitFor(() => broker.Pings > pings, "a ping that confirms");
        }

        if (isAgentKilled) agent.Kill();
        broker.Cut();
        broker.AnswersPings = true;
        if (isAgentKilled) agent.Start(waitUntilRuns: false);
        broker.Accept(isSessionPresent: true);
        var sent = SendAgain(broker, ids, Messages - open);
        broker.WaitForAcknowledged(sent.Count, "the second delivery");
        var wrong = sent.Order().SequenceEqual(broker.Acknowledged.Order()) ? "" : $"sent {sent.Count}, acknowledged {broker.Acknowledged.Count}";

        // A later reading of each device closes its window, which holds everything before.
        for (var d = 0; d < Devices; d++) broker.Send(ScriptedBroker.Publish($"s/d{d}/m", $"{{\"ts\":{Configuration.StartMs + 3_600_000},\"v\":{d}}}", NextId()));
        broker.WaitForAcknowledged(sent.Count + Devices, "the last readings");
        for (var until = Environment.TickCount64 + 60_000; File.Exists(_summaries) is false || File.ReadAllLines(_summaries).Length < Devices;)
        {
            if (Environment.TickCount64 > until) throw new TimeoutException($"no summary of every device\n{agent.Text}\n{agent.Status()}");
            agent.WaitForMore(20);
        }

        agent.Stop();
        var (lost, twice) = SeriesSums.OfSummaries(_summaries).Compare(_truth);
        return (lost, twice, wrong);
    }

    // Gives the ids sent on this connection.
    List<ushort> SendAgain(ScriptedBroker broker, ushort[] ids, int first)
    {
        var repeats = Enumerable.Range(first, Messages - first).ToList();
        var fresh = Enumerable.Range(Messages, NewMessages).ToList();
        List<int> order = [.. repeats, .. fresh];
        if (habit.Order == RepeatOrder.ReversedAfterNew) order = [.. fresh.Take(habit.Window), .. Enumerable.Reverse(repeats), .. fresh.Skip(habit.Window)];
        if (habit.Order == RepeatOrder.RandomAmongNew) order = [.. order.OrderBy(_ => _random.Next())];
        if (habit.Ids == RepeatIds.FromOne) _lastId = 0;
        var sent = new List<ushort>();
        foreach (var m in order)
        {
            // New ones that overtake lend the ids of those still open.
            var isRepeat = m < Messages;
            var id = isRepeat && habit.Ids == RepeatIds.Same ? ids[m]
                : habit.ForgetsAfterPing ? (ushort)(m % habit.Window + 1)
                : habit.Order == RepeatOrder.ReversedAfterNew && m < Messages + habit.Window ? ids[first + m - Messages] : NextId();
            if (sent.Count >= habit.Window) broker.WaitForAcknowledged(sent.Count - habit.Window + 1, "within the window");
            if (habit.Order == RepeatOrder.ReversedAfterNew && m == Messages - 1)
            {
                broker.WaitForAcknowledged(sent.Count, "what overtook");
                Thread.Sleep(300); // that broker's repeats come late
            }

            Send(broker, m, id, habit.MarksAll || (isRepeat && habit.MarksRepeats));
            sent.Add(id);
        }

        return sent;
    }

    void Send(ScriptedBroker broker, int m, ushort id, bool isRepeat)
    {
        // Truth is noted at the first sending of a message, which is its only one for the judge.
        if (_noted.Add(m)) _truth.Add($"d{m % Devices}", 1, m);
        broker.Send(ScriptedBroker.Publish($"s/d{m % Devices}/m", $"{{\"ts\":{Configuration.StartMs + m},\"v\":{m}}}", id, isRepeat));
    }

    ushort NextId() => ++_lastId;

    /// <summary>A source of 3.1.1 under <paramref name="id"/>, and windows by device into <c>summaries.jsonl</c> of the workspace.</summary>
    public static string Configure(Workspace workspace, int port, string id) => workspace.Write("agent.yaml", $$"""
        agent: { id: {{id}}, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            protocol: v3.1.1
            client_id: {{id}}
            subscriptions: [ { topic: "s/{device}/m", qos: 1, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
        pipelines:
          windows: { from: plant, stages: [ { window: { tumbling: 10m, by: [ device ], allowed_lateness: 2h, idle_timeout: 1h, aggregate: [ count, sum ] } } ], to: summaries }
        outputs:
          summaries: { type: file, path: {{workspace["summaries.jsonl"]}} }

        """);
}
