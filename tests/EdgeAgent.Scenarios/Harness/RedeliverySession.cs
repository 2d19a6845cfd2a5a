namespace EdgeAgent.Scenarios.Harness;

/// <summary>A session at a broker with a habit: messages whose acknowledgements never arrive, an end,
/// all of them again in the broker's way, then new ones.</summary>
/// <remarks>At QoS 2 the broker has read the PUBREC of the first half of what is open and released it; no PUBCOMP of it arrives.</remarks>
sealed class RedeliverySession(Workspace workspace, BrokerHabit habit, bool isAgentKilled, int qos)
{
    const int Messages = 2_000;
    const int NewMessages = 500;
    const int Devices = 20;
    readonly Random _random = new(9);
    readonly SeriesSums _truth = new();
    readonly string _summaries = workspace["summaries.jsonl"];
    readonly HashSet<int> _noted = [];
    readonly List<ushort> _published = []; // ids of PUBLISH on the second connection
    readonly List<ushort> _released = [];  // ids of PUBREL on the second connection that no PUBREC of it asked for
    ushort _lastId;

    /// <summary>Runs it; gives what is lost, what is there twice, and what was not answered exactly once after the reconnect.</summary>
    public (long Lost, long Twice, string Wrong) Run()
    {
        using var broker = new ScriptedBroker();
        using var agent = new Agent(Configure(workspace, broker.Port, "gw-again", qos)).Start(waitUntilRuns: false);
        broker.Accept(isSessionPresent: false);
        agent.WaitFor("subscribed to");

        // What is before the window is confirmed; of the last window no acknowledgement arrives, nor a ping.
        var open = Math.Min(qos == 1 ? Messages : Messages * 3 / 4, habit.Window);
        var ids = Deliver(broker, open);
        if (isAgentKilled) agent.Kill();
        broker.Cut();
        broker.AnswersPings = true;
        broker.MostReleases = int.MaxValue;
        if (isAgentKilled) agent.Start(waitUntilRuns: false);
        broker.Accept(isSessionPresent: true);
        SendAgain(broker, ids, Messages - open, Messages - open + (qos == 1 ? 0 : open / 2));
        broker.WaitForAcknowledged(_published.Count, "the second delivery");
        broker.WaitFor(() => Ended(broker) >= _published.Count + _released.Count, "the end of every exchange");
        var wrong = Difference("acknowledged", _published, broker.Acknowledged);
        if (qos == 2) wrong += Difference("completed", [.. _published, .. _released], broker.Completed);

        // A later reading of each device closes its window, which holds everything before.
        for (var d = 0; d < Devices; d++)
            broker.Send(
                ScriptedBroker.Publish($"s/d{d}/m", $"{{\"ts\":{Configuration.StartMs + 3_600_000},\"v\":{d}}}", NextId(), qos: qos));
        broker.WaitForAcknowledged(_published.Count + Devices, "the last readings");
        for (var until = Environment.TickCount64 + 60_000; File.Exists(_summaries) is false
            || File.ReadAllLines(_summaries).Length < Devices;)
        {
            if (Environment.TickCount64 > until) throw new TimeoutException($"no summary of every device\n{agent.Text}\n{agent.Status()}");
            agent.WaitForMore(20);
        }

        agent.Stop();
        var (lost, twice) = SeriesSums.OfSummaries(_summaries).Compare(_truth);
        return (lost, twice, wrong);
    }

    // The first delivery; gives the ids.
    ushort[] Deliver(ScriptedBroker broker, int open)
    {
        var ids = new ushort[Messages];
        var released = Messages - open + open / 2;
        if (qos == 2) broker.MostReleases = released;
        for (var m = 0; m < Messages; m++)
        {
            if (m >= open) broker.WaitFor(() => Ended(broker) > m - open, "within the window");
            broker.AnswersPings = m < Messages - open || habit.ForgetsAfterPing;
            ids[m] = habit.GoesRound ? (ushort)(m % habit.Window + 1) : NextId();
            Send(broker, m, ids[m], habit.MarksAll);
        }

        broker.WaitForAcknowledged(Messages, "the first delivery");
        if (qos == 2) broker.WaitFor(() => broker.Completed.Count == released, "PUBCOMP of what was released");
        if (habit.ForgetsAfterPing)
        {
            // The first PINGRESP that comes behind all acknowledgements.
            var pings = broker.Pings;
            broker.WaitFor(() => broker.Pings > pings, "a ping that confirms");
        }

        return ids;
    }

    // Messages from first on are open, those before unreleased have been released.
    void SendAgain(ScriptedBroker broker, ushort[] ids, int first, int unreleased)
    {
        var kept = first + Math.Min(unreleased - first, habit.KeptReleases);
        for (var m = first; m < kept; m++)
        {
            _released.Add(ids[m]);
            broker.Send(ScriptedBroker.Release(ids[m]));
        }

        var repeatsFrom = habit.IsSilentOnReleased ? unreleased : kept;
        var repeats = Enumerable.Range(repeatsFrom, Messages - repeatsFrom).ToList();
        var fresh = Enumerable.Range(Messages, NewMessages).ToList();
        List<int> order = [.. repeats, .. fresh];
        if (habit.Order == RepeatOrder.ReversedAfterNew)
            order = [.. fresh.Take(habit.Window), .. Enumerable.Reverse(repeats), .. fresh.Skip(habit.Window)];
        if (habit.Order == RepeatOrder.RandomAmongNew) order = [.. order.OrderBy(_ => _random.Next())];
        if (habit.Ids == RepeatIds.FromOne) _lastId = 0;
        foreach (var m in order)
        {
            // New ones that overtake lend the ids of those still open.
            var isRepeat = m < Messages;
            var id = isRepeat && habit.Ids == RepeatIds.Same ? ids[m]
                : habit.GoesRound ? (ushort)(m % habit.Window + 1)
                : habit.Order == RepeatOrder.ReversedAfterNew && m < Messages + habit.Window ? ids[first + m - Messages] : NextId();
            broker.WaitFor(() => _published.Count + _released.Count - Ended(broker) < habit.Window, "within the window");
            if (habit.GoesRound && qos == 2)
                broker.WaitFor(() => Count(broker.Completed, id) == Count(_published, id) + Count(_released, id), "a free id");
            if (habit.Order == RepeatOrder.ReversedAfterNew && m == Messages - 1)
            {
                broker.WaitForAcknowledged(_published.Count, "what overtook");
                Thread.Sleep(300); // that broker's repeats come late
            }

            Send(broker, m, id, habit.MarksAll || (isRepeat && habit.MarksRepeats));
            _published.Add(id);
        }
    }

    // Exchanges of this connection that are over.
    int Ended(ScriptedBroker broker) => qos == 1 ? broker.Acknowledged.Count : broker.Completed.Count;

    static int Count(List<ushort> ids, ushort id) => ids.Count(i => i == id);

    static string Difference(string what, List<ushort> sent, List<ushort> got) =>
        sent.Order().SequenceEqual(got.Order()) ? "" : $"sent {sent.Count}, {what} {got.Count}; ";

    void Send(ScriptedBroker broker, int m, ushort id, bool isRepeat)
    {
        // Truth is noted at the first sending of a message, which is its only one for the judge.
        if (_noted.Add(m)) _truth.Add($"d{m % Devices}", 1, m);
        broker.Send(ScriptedBroker.Publish($"s/d{m % Devices}/m", $"{{\"ts\":{Configuration.StartMs + m},\"v\":{m}}}", id, isRepeat, qos));
    }

    ushort NextId() => ++_lastId;

    /// <summary>A source of 3.1.1 at QoS <paramref name="qos"/> under <paramref name="id"/>, and windows by device into
    /// <c>summaries.jsonl</c> of the workspace.</summary>
    public static string Configure(Workspace workspace, int port, string id, int qos) => workspace.Write("agent.yaml", $$"""
        agent: { id: {{id}}, data_dir: {{workspace["data"]}} }
        sources:
          plant:
            type: mqtt
            url: mqtt://127.0.0.1:{{port}}
            protocol: v3.1.1
            client_id: {{id}}
            subscriptions: [ { topic: "s/{device}/m", qos: {{qos}}, decode: { format: json, value: $.v, time: { path: $.ts, unit: ms } } } ]
        pipelines:
          windows: { from: plant, stages: [ { window: { tumbling: 10m, by: [ device ], allowed_lateness: 2h, idle_timeout: 1h, aggregate: [ count, sum ] } } ], to: summaries }
        outputs:
          summaries: { type: file, path: {{workspace["summaries.jsonl"]}} }

        """);
}
