namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>How a broker keeps a session, as tried with real ones (docs/brokers.md).</summary>
enum BrokerKind
{
    /// <summary>As the specification says: a window, repeats first, in order, same ids, DUP.</summary>
    Conformant,

    /// <summary>2.0.11: dequeues a window for each acknowledgement, so ids wrap over open ones.</summary>
    Mosquitto,

    /// <summary>No window, same ids, never DUP, repeats in order among new messages; QoS 2 begins anew.</summary>
    Aedes,

    /// <summary>No window, new ids counting on, never DUP; QoS 2 begins anew.</summary>
    Artemis,

    /// <summary>Window 100, renumbered from 1 on each connection, never DUP; QoS 2 begins anew.</summary>
    Rumqttd,

    /// <summary>No window, repeats in random order among new messages, DUP on everything.</summary>
    Mochi,

    /// <summary>Window 10, new messages first and under ids that are open, then repeats in reverse order.</summary>
    Moquette,

    /// <summary>Window 50, lowest free ids; when killed it sends again the last it had confirmed.</summary>
    HiveMq,

    /// <summary>As the specification says, each message under the lowest free id.</summary>
    LowestFree,

    /// <summary>As the specification says, ids go round from 1 to 50.</summary>
    Round,

    /// <summary>aedes while nothing is published as it sends again: repeats first; ids count from a place of their own on each connection,
    /// never DUP.</summary>
    AedesAlone,

    /// <summary>As Artemis, but of a message it released it never speaks again.</summary>
    ArtemisSilent,
}

/// <summary>The broker's half of a session model.</summary>
sealed class ModelBroker(BrokerKind kind, int window, Random random, Func<int, ulong> hashOf)
{
    readonly List<Outgoing> _inFlight = [];
    readonly Queue<Outgoing> _queued = [];
    readonly List<Outgoing> _late = []; // repeats that come later
    readonly List<Outgoing> _confirmed = []; // the last ones
    readonly Queue<WirePacket> _wire = [];
    readonly bool _mostBehind = kind == BrokerKind.Mosquitto;
    readonly bool _neverSetsDup = kind is BrokerKind.Aedes or BrokerKind.AedesAlone or BrokerKind.Artemis or BrokerKind.ArtemisSilent
        or BrokerKind.Rumqttd;
    readonly Dictionary<ushort, List<Outgoing>> _byId = []; // of _inFlight
    int _firstOpen; // of _inFlight
    int _lastId;
    int _connections;
    bool _isConnected;

    /// <summary>Packets on their way to the agent.</summary>
    public Queue<WirePacket> Wire => _wire;

    public int Published { get; private set; }

    public bool IsDone => _firstOpen == _inFlight.Count && _queued.Count == 0 && _late.Count == 0;

    public int Outstanding => _inFlight.Count - _firstOpen;

    /// <summary>What a client does that ends the connection with a protocol error.</summary>
    public string? ProtocolError { get; private set; }

    int Window => kind switch
    {
        BrokerKind.Aedes or BrokerKind.AedesAlone or BrokerKind.Artemis or BrokerKind.ArtemisSilent or BrokerKind.Mochi => int.MaxValue,
        BrokerKind.Rumqttd => 100,
        BrokerKind.Moquette => 10,
        BrokerKind.HiveMq => 50,
        _ => window,
    };

    public void Publish(int qos)
    {
        var message = Published++;
        var outgoing = new Outgoing(message, qos, hashOf(message));
        if (_mostBehind) outgoing.Id = CountedId();
        _queued.Enqueue(outgoing);
        if (_isConnected) Fill();
    }

    /// <summary>Reads one packet of the agent; false when there is none.</summary>
    public bool Read(Queue<WirePacket> from)
    {
        if (!from.TryDequeue(out var packet)) return false;
        switch (packet.Kind)
        {
            case WireKind.Ping:
                _wire.Enqueue(packet);
                break;
            case WireKind.PubAck:
                if (Find(packet, o => o.Qos == 1) is { } acked) End(acked);
                break;
            case WireKind.PubRec:
                if (Find(packet, o => o.Qos == 2 && !o.IsReceived) is not { } received) break;
                received.IsReceived = true;
                _wire.Enqueue(new WirePacket(WireKind.PubRel, packet.Id));
                break;
            case WireKind.PubComp:
                if (Find(packet, o => o.Qos == 2 && o.IsReceived) is { } completed) End(completed);
                break;
        }

        return true;
    }

    /// <summary>Takes a CONNECT whose sender has gone by then, as an overloaded broker does. mosquitto sets out to send PUBREL again,
    /// cannot write, and publishes what it had released on the connection after.</summary>
    public void ConnectGone()
    {
        if (kind == BrokerKind.Mosquitto)
            foreach (var outgoing in _inFlight) outgoing.IsReceived = false;
    }

    /// <summary>Accepts a connection and sends what is outstanding again.</summary>
    public void Connect(bool wasKilled)
    {
        _wire.Clear();
        _isConnected = true;
        foreach (var late in _late) _inFlight.Add(late);
        _late.Clear();
        _inFlight.RemoveRange(0, _firstOpen);
        _firstOpen = 0;
        _inFlight.RemoveAll(o => o.IsOver || (kind == BrokerKind.ArtemisSilent && o.IsReceived));
        if (kind is not BrokerKind.Mosquitto) _inFlight.Sort((a, b) => a.Message.CompareTo(b.Message));
        if (wasKilled && kind == BrokerKind.HiveMq) GoBack();
        if (wasKilled && kind == BrokerKind.Mosquitto)
            foreach (var outgoing in _inFlight.Skip(20)) outgoing.IsReceived = false; // queued again, released or not
        if (kind is BrokerKind.Rumqttd or BrokerKind.Moquette) _lastId = 0;
        // At random with the real one; here apart, since ids that meet cannot be decided.
        if (kind == BrokerKind.AedesAlone) _lastId = ++_connections * 37 % 64 * 1_000;
        if (_neverSetsDup)
            foreach (var outgoing in _inFlight) outgoing.IsReceived = false;
        if (kind is BrokerKind.Artemis or BrokerKind.ArtemisSilent or BrokerKind.Rumqttd)
            foreach (var outgoing in _inFlight) outgoing.Id = CountedId();
        _byId.Clear();
        switch (kind)
        {
            case BrokerKind.Moquette:
                _late.AddRange(_inFlight);
                _late.Reverse();
                _inFlight.Clear();
                break;
            case BrokerKind.Aedes:
                _late.AddRange(_inFlight);
                _inFlight.Clear();
                break;
            case BrokerKind.Mochi:
                _late.AddRange(_inFlight.OrderBy(_ => random.Next()));
                _inFlight.Clear();
                break;
            default:
                foreach (var outgoing in _inFlight)
                {
                    Index(outgoing);
                    SendAgain(outgoing);
                }

                break;
        }

        Fill();
    }

    public void Disconnect() => _isConnected = false;

    /// <summary>Sends one of the repeats that come late.</summary>
    public void SendLate()
    {
        if (_late.Count == 0) return;
        var outgoing = _late[0];
        _late.RemoveAt(0);
        _inFlight.Add(outgoing);
        Index(outgoing);
        SendAgain(outgoing);
    }

    void SendAgain(Outgoing outgoing)
    {
        if (outgoing.IsReceived) _wire.Enqueue(new WirePacket(WireKind.PubRel, outgoing.Id));
        else Send(outgoing, !_neverSetsDup && outgoing.WasSent);
    }

    void Send(Outgoing outgoing, bool dup)
    {
        outgoing.WasSent = true;
        _wire.Enqueue(
            new WirePacket(WireKind.Publish, outgoing.Id, outgoing.Qos, dup || kind == BrokerKind.Mochi, outgoing.Hash, outgoing.Message));
    }

    void Fill()
    {
        while (_queued.Count > 0 && Outstanding < Window) Dequeue();
    }

    void Dequeue()
    {
        var next = _queued.Dequeue();
        if (!_mostBehind) next.Id = kind switch
        {
            BrokerKind.HiveMq or BrokerKind.LowestFree => LowestFreeId(),
            BrokerKind.Round => RoundId(),
            _ => CountedId(),
        };
        _inFlight.Add(next);
        Index(next);
        if (_isConnected) Send(next, false);
    }

    void End(Outgoing outgoing)
    {
        outgoing.IsOver = true;
        _byId[outgoing.Id].Remove(outgoing);
        while (_firstOpen < _inFlight.Count && _inFlight[_firstOpen].IsOver) _firstOpen++;
        if (_firstOpen > 4096)
        {
            _inFlight.RemoveRange(0, _firstOpen);
            _firstOpen = 0;
        }

        if (kind == BrokerKind.HiveMq)
        {
            _confirmed.Add(outgoing);
            if (_confirmed.Count > 20) _confirmed.RemoveAt(0);
        }

        if (_mostBehind)
            for (var i = 0; i < window && _queued.Count > 0; i++) Dequeue();
        else Fill();
    }

    // A broker killed before it had stored the last acknowledgements.
    void GoBack()
    {
        foreach (var outgoing in _confirmed.TakeLast(random.Next(_confirmed.Count + 1)))
        {
            // One whose id it had lent again would be another story: docs/brokers.md.
            if (_inFlight.Exists(o => o.Id == outgoing.Id)) continue;
            outgoing.IsOver = outgoing.IsReceived = false;
            _inFlight.Add(outgoing);
        }

        _confirmed.Clear();
        _inFlight.Sort((a, b) => a.Message.CompareTo(b.Message));
    }

    Outgoing? Find(WirePacket packet, Func<Outgoing, bool> fits)
    {
        if (!_byId.TryGetValue(packet.Id, out var open)) return null;
        foreach (var outgoing in open)
        {
            if (fits(outgoing)) return outgoing;
            // mosquitto takes the first message with the id, and ends the connection when the packet is not for it.
            if (!_mostBehind) continue;
            ProtocolError = $"{packet.Kind} of {packet.Id}, which is at QoS {outgoing.Qos}, received {outgoing.IsReceived}";
            return null;
        }

        return null;
    }

    void Index(Outgoing outgoing)
    {
        if (!_byId.TryGetValue(outgoing.Id, out var open)) _byId[outgoing.Id] = open = [];
        open.Add(outgoing);
    }

    ushort CountedId() => (ushort)(_lastId = _lastId % 65535 + 1);

    ushort LowestFreeId()
    {
        for (ushort id = 1; ; id++)
            if (!_inFlight.Exists(o => !o.IsOver && o.Id == id)) return id;
    }

    ushort RoundId()
    {
        do _lastId = _lastId % 50 + 1;
        while (_inFlight.Exists(o => !o.IsOver && o.Id == _lastId));
        return (ushort)_lastId;
    }

    sealed class Outgoing(int message, int qos, ulong hash)
    {
        public int Message { get; } = message;
        public int Qos { get; } = qos;
        public ulong Hash { get; } = hash;
        public ushort Id { get; set; }
        public bool WasSent { get; set; }
        public bool IsReceived { get; set; }
        public bool IsOver { get; set; }
    }
}
