using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Sources.Mqtt.Session;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>What is said on the connection of a source: messages come in, acknowledgements leave in their order,
/// pings ask how far they have been read.</summary>
/// <remarks>Under the source's gate; packets are taken by the source's thread, acknowledgements leave from it and from the commit thread.
/// See <see cref="SessionTable"/>.</remarks>
sealed class MqttReceiver(SessionTable session, MqttIntake intake, Subscriber subscriber, SourceFeed feed, CommitSettings commit,
    int receiveMaximum)
{
    const byte ReceiveMaximumExceeded = 0x93;

    readonly DrainWatch _drain = new();
    readonly StallWatch _stall = new();
    Gather _gather = new(commit.Latency);
    readonly List<(ushort Id, byte Qos)> _ready = [];
    readonly List<ushort> _completed = [];
    readonly ushort[] _run = new ushort[1024];
    MqttConnection? _connection;
    (long Ping, ReadMark Mark) _receipt; // once this ping is answered, acknowledgements up to the mark have been read

    /// <summary>From when the broker has nothing more of a backlog.</summary>
    public MonotonicTime DrainedAt => _drain.DrainedAt;

    /// <summary>Messages the broker sends before it waits for acknowledgements, as far as it shows; 0 for no limit.</summary>
    public int SenderLimit => _stall.Limit;

    /// <summary>Whether the filters that the broker holds changed since a commit took them.</summary>
    public bool FiltersChanged { get; set; }

    /// <summary>Goes by other settings of commits from here on.</summary>
    public void Change(CommitSettings next) => (commit, _gather) = (next, new Gather(next.Latency));

    /// <summary>A new connection; null when the last one ended.</summary>
    public void Begin(MqttConnection? connection)
    {
        _drain.Reset();
        _receipt = default;
        _connection = connection;
    }

    /// <summary>What waits at the broker is a backlog again: idle time stands still until it is drained.</summary>
    public void OnBlocked() => _drain.Reset();

    /// <summary>The last goodbye.</summary>
    public void Close()
    {
        _connection?.Disconnect();
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>A commit is durable: what waited for it leaves.</summary>
    public void OnCommitted()
    {
        _completed.Clear();
        session.OnCommitted(_completed);
        if (_completed.Count > 0)
        {
            _connection?.PubComp(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_completed));
            AskReceipt();
        }

        SendReady();
        subscriber.OnCommitted();
    }

    /// <summary>Takes the packets that have arrived.</summary>
    /// <returns>False when the connection was closed because the broker sends more than is remembered.</returns>
    public bool TryTake(MqttConnection connection)
    {
        while (connection.TryNext(out var packet))
        {
            switch (packet.Kind)
            {
                case PacketType.Publish:
                    if (!intake.TryTake(connection, in packet)) return true;
                    break;
                case PacketType.PubRel:
                    if (!session.OnRelease(packet.PacketId)) connection.PubComp([packet.PacketId]);
                    break;
                case PacketType.PingResp:
                    OnPingAnswered(connection);
                    FiltersChanged |= _drain.DrainedAt != MonotonicTime.Never && subscriber.OnDrained();
                    break;
                case PacketType.SubAck or PacketType.UnsubAck:
                    FiltersChanged |= subscriber.OnAnswer(connection, in packet);
                    FiltersChanged |= _drain.DrainedAt != MonotonicTime.Never && subscriber.OnDrained();
                    break;
            }
        }

        if (session.IsTooLarge)
        {
            connection.Disconnect(ReceiveMaximumExceeded);
            return false;
        }

        if (intake.TookMessages) _stall.OnMessages(feed.Now.Monotonic, (int)Math.Min(session.Unacknowledged, int.MaxValue));
        SendReady();
        var early = _stall.Limit > 0 ? Math.Min(_stall.Limit, commit.EarlyAt) : commit.EarlyAt;
        if (_gather.OnMessages(feed.Now.Monotonic, session.Uncommitted, early, MostGathered(early)) || session.HasReleased
            || session.WantsConfirmedStored || FiltersChanged)
            feed.RequestCommit();
        if (_drain.WantsPing(session.Unacknowledged)) _drain.OnPing(connection.Ping(), intake.Messages);
        return true;
    }

    /// <summary>Whether a commit waits for more messages: the next read ends after <see cref="Gather.QuietMs"/>.</summary>
    public bool Gathers => _gather.IsOn;

    /// <summary>Whether arrivals may be left to the kernel for a moment before the next read.</summary>
    public bool MayRest => _gather.MayRest;

    /// <summary>A read brought nothing.</summary>
    public void OnQuiet()
    {
        if (_gather.OnQuiet()) feed.RequestCommit();
    }

    // What a sender allows to be in flight only 5.0 tells; without it each commit may be what it waits for.
    int MostGathered(int early) => _stall.Limit > 0 ? Math.Min(_stall.Limit, receiveMaximum / 2) : Math.Max(early, receiveMaximum / 2);

    /// <summary>Sends the acknowledgements that may leave.</summary>
    void SendReady()
    {
        if (_connection is not { } connection) return;
        _ready.Clear();
        session.TakeReady(_ready);
        if (_ready.Count == 0)
        {
            if (session.WaitsForReceipt) AskReceipt();
            return;
        }

        _stall.OnAcknowledge(feed.Clock.Monotonic, _ready.Count);
        for (var i = 0; i < _ready.Count;)
        {
            var (qos, n) = (_ready[i].Qos, 0);
            while (i < _ready.Count && _ready[i].Qos == qos && n < _run.Length) _run[n++] = _ready[i++].Id;
            if (qos == 1) connection.PubAck(_run.AsSpan(0, n));
            else connection.PubRec(_run.AsSpan(0, n));
        }

        AskReceipt();
    }

    /// <summary>A ping behind acknowledgements: its answer says that they have arrived.</summary>
    void AskReceipt()
    {
        if (_receipt.Ping == 0 && _connection is { } connection) _receipt = (connection.Ping(), session.TakeMark());
    }

    void OnPingAnswered(MqttConnection connection)
    {
        var answered = connection.PingsAnswered;
        _drain.OnAnswer(answered, intake.Messages, _stall.Limit, feed.Now.Monotonic);
        if (_receipt.Ping == 0 || answered < _receipt.Ping) return;
        var mark = _receipt.Mark;
        _receipt = default;
        if (session.Confirm(mark)) AskReceipt();
    }
}
