using EdgeAgent.Sources.Mqtt.Session;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>The agent's half of a session model: the table, commits into a store in memory,
/// acknowledgements and pings as the source sends them.</summary>
sealed class SessionAgent(bool payloadsCarryTime)
{
    readonly MemoryStore _store = new();
    readonly CommitBatch _batch = new();
    readonly List<(ushort Id, byte Qos)> _ready = [];
    readonly List<ushort> _completed = [];
    readonly Queue<WirePacket> _wire = [];
    SessionTable _table = new(payloadsCarryTime);
    StateLog? _state;
    List<int> _taken = [];
    int _takenDurable;
    int _takenCut;
    bool _cutOpen;
    bool _hasCut;
    long _receipt;
    long _pings;

    public SessionTable Table => _table;

    /// <summary>What was taken, in order; what a kill takes back is gone from it.</summary>
    public IReadOnlyList<int> Taken => _taken;

    /// <summary>Packets on their way to the broker.</summary>
    public Queue<WirePacket> Wire => _wire;

    StateLog State => _state ??= Restored();

    public void Receive(WirePacket packet)
    {
        switch (packet.Kind)
        {
            case WireKind.Publish:
                if (_table.OnPublish(packet.Id, packet.Qos, packet.Dup, packet.Hash)) _taken.Add(packet.Message);
                break;
            case WireKind.PubRel:
                if (!_table.OnRelease(packet.Id)) _wire.Enqueue(new WirePacket(WireKind.PubComp, packet.Id));
                break;
            case WireKind.Ping:
                if (packet.Mark.Ping != _receipt) break;
                _receipt = 0;
                if (_table.Confirm(packet.Mark.Through)) Ask();
                break;
        }
    }

    public void Send()
    {
        _ready.Clear();
        _table.TakeReady(_ready);
        foreach (var (id, qos) in _ready) _wire.Enqueue(new WirePacket(qos == 1 ? WireKind.PubAck : WireKind.PubRec, id));
        if (_ready.Count > 0 || _table.WaitsForReceipt) Ask();
    }

    public void Cut()
    {
        if (_cutOpen) return;
        _batch.Clear();
        State.Cut(_batch);
        _hasCut = _table.OnCut();
        _takenCut = _taken.Count;
        _cutOpen = true;
    }

    public void Finish(bool good)
    {
        if (!_cutOpen) return;
        _cutOpen = false;
        if (!good)
        {
            State.Failed();
            if (_hasCut) _table.OnCommitFailed();
            return;
        }

        _store.Commit(_batch);
        State.Committed();
        _takenDurable = Math.Max(_takenDurable, _takenCut);
        if (!_hasCut) return;
        _completed.Clear();
        _table.OnCommitted(_completed);
        foreach (var id in _completed) _wire.Enqueue(new WirePacket(WireKind.PubComp, id));
        if (_completed.Count > 0) Ask();
        Send();
    }

    public void Connected(bool sessionPresent)
    {
        _ = State; // restored before the first connection
        _wire.Clear();
        _receipt = 0;
        if (sessionPresent) _table.Resume();
        else _table.Reset();
    }

    public void Kill()
    {
        _cutOpen = false;
        _taken = _taken[.._takenDurable];
        _table = new SessionTable(payloadsCarryTime);
        _state = Restored();
    }

    StateLog Restored()
    {
        var state = new StateLog([("session", _table.State)]);
        Assert.Equal(0, state.Restore(_store.LoadState(), (_, _, _) => { }).Malformed);
        Assert.True(_table.Restored());
        return state;
    }

    void Ask()
    {
        if (_receipt != 0) return;
        _receipt = ++_pings;
        _wire.Enqueue(new WirePacket(WireKind.Ping, 0) { Mark = (_receipt, _table.TakeMark()) });
    }
}

enum WireKind
{
    Publish,
    PubAck,
    PubRec,
    PubRel,
    PubComp,
    Ping,
}

/// <summary>A packet of the model; <paramref name="Message"/> is for the judge alone.</summary>
readonly record struct WirePacket(WireKind Kind, ushort Id, int Qos = 0, bool Dup = false, ulong Hash = 0, int Message = -1)
{
    /// <summary>Of a ping: its number, and what its answer proves.</summary>
    public (long Ping, ReadMark Through) Mark { get; init; }
}
