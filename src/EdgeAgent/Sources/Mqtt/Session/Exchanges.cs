namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>The QoS 2 exchanges of a session that are not over: a queue for each packet id, from PUBLISH to PUBCOMP.</summary>
/// <remarks>
/// <c>open</c> (PUBLISH came) → <c>released</c> (PUBREL came; the next commit stores it) → over (PUBCOMP may leave). A conformant broker
/// has one exchange an id; mosquitto 2.0.11 begins a second one behind a backlog of more than 65,535, and ends the connection when PUBREC
/// of the second arrives before PUBCOMP of the first. Used under the source's gate. Docs: docs/decisions/redelivery.md.
/// </remarks>
sealed class Exchanges(MessageLog log)
{
    sealed class Exchange(long number)
    {
        public readonly long Number = number;
        public bool IsReleased;
        public bool WasReceived;     // its PUBREC may have left, on any connection
        public int PublishedOn = -1; // connection on which its PUBLISH came last
        public int ReceivedOn = -1;  // connection on which its PUBREC left last
        public int ReleasedOn = -1;  // connection on which its PUBREL came last
        public int Releases;         // PUBRELs on that connection, each to be answered
        public Exchange? Next;
    }

    readonly Dictionary<ushort, Exchange> _byId = [];
    readonly List<(ushort Id, Exchange Exchange)> _released = [];
    readonly List<(ushort Id, Exchange Exchange)> _cut = [];
    int _connection;

    /// <summary>Whether a PUBREL waits for its commit.</summary>
    public bool HasReleased => _released.Count > 0;

    /// <summary>The lowest number of an exchange that is not over, or <paramref name="none"/>.</summary>
    public long Oldest(long none)
    {
        foreach (var exchange in _byId.Values) none = Math.Min(none, exchange.Number);
        return none;
    }

    /// <summary>A new connection: what was under way comes again.</summary>
    public void Resume() => _connection++;

    /// <summary>The broker has forgotten the session.</summary>
    public void Clear()
    {
        _connection++;
        _byId.Clear();
        _released.Clear();
        _cut.Clear();
    }

    /// <summary>A PUBLISH came, for the first time or again: its exchange begins, whatever had come of it.</summary>
    public void Begin(ushort id, long number)
    {
        var exchange = Find(id, number);
        if (exchange is null)
        {
            exchange = new Exchange(number);
            ref var slot = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_byId, id, out _);
            if (slot is null) slot = exchange;
            else
            {
                var last = slot;
                while (last.Next is { } next) last = next;
                last.Next = exchange;
            }
        }

        if (exchange.IsReleased) Unrelease(exchange);
        exchange.PublishedOn = _connection;
        log.SetFinished(number, false);
    }

    /// <summary>An exchange of an earlier run that is not over; nothing of it came on this connection.</summary>
    /// <param name="id">Packet id.</param>
    /// <param name="number">Number of its message.</param>
    /// <param name="wasReceived">Whether its PUBREC may have left.</param>
    public void Restore(ushort id, long number, bool wasReceived)
    {
        Begin(id, number);
        if (Find(id, number) is { } exchange) (exchange.PublishedOn, exchange.WasReceived) = (-1, wasReceived);
    }

    /// <summary>Ends an exchange without a word: its message came again under another id, or is forgotten.</summary>
    public void Abandon(ushort id, long number)
    {
        if (Find(id, number) is not { } exchange) return;
        Remove(id, exchange);
        if (exchange.IsReleased) Unrelease(exchange);
    }

    /// <summary>Whether PUBACK or PUBREC may leave: no earlier exchange of the id is under way on this connection. What the broker has not
    /// spoken of on it, it has forgotten.</summary>
    public bool MayAcknowledge(ushort id, long number)
    {
        while (_byId.Count > 0 && _byId.TryGetValue(id, out var first) && first.Number != number)
        {
            if (first.ReleasedOn == _connection && first.IsReleased) return false;
            if (first.ReceivedOn == _connection) return false; // until its PUBREL comes, or Forget
            if (first.PublishedOn == _connection && first.ReceivedOn != _connection) return true; // it stands behind this one
            log.SetFinished(first.Number, true);
            Abandon(id, first.Number);
        }

        return true;
    }

    /// <summary>The lowest number above <paramref name="floor"/> whose PUBCOMP has not left, or <c>long.MaxValue</c>.</summary>
    public long LowestAbove(long floor)
    {
        var lowest = log.FirstOpen(floor + 1) is > 0 and var open ? open : long.MaxValue;
        foreach (var (_, exchange) in _released)
            if (exchange.Number > floor) lowest = Math.Min(lowest, exchange.Number);
        foreach (var (_, exchange) in _cut)
            if (exchange.Number > floor) lowest = Math.Min(lowest, exchange.Number);
        return lowest;
    }

    /// <summary>The broker has read what left for messages up to <paramref name="through"/>: an exchange for which no PUBREL came until
    /// then it has forgotten.</summary>
    /// <param name="through">Number.</param>
    /// <param name="waiting">Messages that wait for their acknowledgement.</param>
    public void Forget(long through, ArrivalQueue waiting)
    {
        for (var number = log.FirstOpen(0); number > 0 && number <= through; number = log.FirstOpen(number + 1))
        {
            if (waiting.LowestAbove(number - 1) == number) continue;
            log.SetFinished(number, true);
            Abandon(log.Pieces.Of(number).IdOf(number), number);
        }
    }

    /// <summary>PUBREC leaves.</summary>
    public void Received(ushort id, long number)
    {
        if (Find(id, number) is { } exchange) (exchange.ReceivedOn, exchange.WasReceived) = (_connection, true);
    }

    /// <summary>Notes a PUBREL.</summary>
    /// <returns>True when its PUBCOMP waits for a commit; false when it leaves at once,
    /// since nothing is known of the exchange (any more).</returns>
    public bool OnRelease(ushort id)
    {
        Exchange? again = null;
        for (var exchange = _byId.GetValueOrDefault(id); exchange is not null; exchange = exchange.Next)
        {
            if (exchange.IsReleased)
            {
                again ??= exchange;
                if (exchange.ReleasedOn == _connection) continue;
                break; // its PUBREL comes again on a new connection
            }

            // No PUBREL comes before PUBREC; and where a PUBLISH came on this connection, or another exchange stands before it,
            // none before PUBREC left on it.
            if (!exchange.WasReceived) continue;
            if (exchange.ReceivedOn != _connection && (exchange.PublishedOn == _connection || again is not null)) continue;
            exchange.IsReleased = true;
            log.SetFinished(exchange.Number, true);
            _released.Add((id, exchange));
            again = exchange;
            break;
        }

        if (again is null) return false;
        again.Releases = again.ReleasedOn == _connection ? again.Releases + 1 : 1;
        again.ReleasedOn = _connection;
        return true;
    }

    /// <summary>Remembers what the commit of this cut will settle.</summary>
    public void OnCut()
    {
        _cut.AddRange(_released);
        _released.Clear();
    }

    /// <summary>The commit of the last cut is durable.</summary>
    /// <param name="completed">Receives the ids whose PUBCOMP may leave: those whose PUBREL came on this connection.</param>
    public void OnCommitted(List<ushort> completed)
    {
        foreach (var (id, exchange) in _cut)
        {
            for (var i = 0; i < exchange.Releases && exchange.ReleasedOn == _connection; i++) completed.Add(id);
            Remove(id, exchange);
        }

        _cut.Clear();
    }

    /// <summary>The commit of the last cut failed: its part joins the next.</summary>
    public void OnCommitFailed()
    {
        _released.InsertRange(0, _cut);
        _cut.Clear();
    }

    Exchange? Find(ushort id, long number)
    {
        for (var exchange = _byId.GetValueOrDefault(id); exchange is not null; exchange = exchange.Next)
            if (exchange.Number == number) return exchange;
        return null;
    }

    void Unrelease(Exchange exchange)
    {
        exchange.IsReleased = false;
        exchange.Releases = 0;
        _released.RemoveAll(r => r.Exchange == exchange);
        _cut.RemoveAll(r => r.Exchange == exchange);
    }

    void Remove(ushort id, Exchange gone)
    {
        if (!_byId.TryGetValue(id, out var first)) return;
        if (first == gone)
        {
            if (gone.Next is { } next) _byId[id] = next;
            else _byId.Remove(id);
            return;
        }

        for (var before = first; before.Next is { } next; before = next)
        {
            if (next != gone) continue;
            before.Next = gone.Next;
            return;
        }
    }
}
