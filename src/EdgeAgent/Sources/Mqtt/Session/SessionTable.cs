using EdgeAgent.Core.State;

namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>The in-flight table of one MQTT session: which messages were seen, which may be acknowledged, which are repeats.</summary>
/// <remarks>
/// <para>Messages of QoS 1 and 2 are numbered in arrival order, R the last. Marks: C, up to which the broker is known to have read PUBACK
/// or PUBCOMP; A ≥ C, the highest number acknowledged on any connection. No acknowledgement leaves for a number above durable C + <see
/// cref="Credit"/>,
/// so a resumed session of a broker that keeps order begins with one of fewer than 65,535 numbers, and the packet id decides which.</para>
/// <para>Used under the source's gate. The rule and why nothing is lost or taken twice by it: docs/decisions/redelivery.md.</para>
/// </remarks>
sealed class SessionTable
{
    /// <summary>W: how far acknowledgements may go beyond the durably confirmed number.</summary>
    public const int Credit = 32_767;

    const int MostPieces = 65_536; // 10 MB for QoS 2 and ids in disorder; half a billion messages in runs

    readonly MessageLog _log = new();
    readonly Redelivery _redelivery;
    readonly Exchanges _exchanges;
    readonly ArrivalQueue _arrivals = new();
    long _acknowledged; // A
    long _committed;
    long _cut;
    long _confirmedCut;
    long _confirmedDurable;
    bool _isCut;
    bool _completedSince; // PUBCOMPs have left that the last mark knows nothing of

    /// <summary>An empty table.</summary>
    /// <param name="payloadsCarryTime">Whether every payload has a time of its own,
    /// so that two messages hardly ever have equal bytes.</param>
    public SessionTable(bool payloadsCarryTime)
    {
        _redelivery = new Redelivery(_log, payloadsCarryTime, ConfirmThrough);
        _exchanges = new Exchanges(_log);
        _log.Dropped = _exchanges.Abandon;
    }

    /// <summary>What a commit writes of it.</summary>
    public IStageState State => _log;

    /// <summary>Rises when the broker has forgotten the session; the table is then empty.</summary>
    public long Epoch => _log.Epoch;

    /// <summary>Messages of this connection that wait for their acknowledgement.</summary>
    public long Unacknowledged => _arrivals.Count;

    /// <summary>Messages that wait for a commit.</summary>
    public long Uncommitted => _log.Last - _committed;

    /// <summary>Messages remembered; for tests.</summary>
    internal long Remembered => _log.Count;

    /// <summary>Whether more is remembered than any broker tried sends before it needs acknowledgements; it bounds the memory.</summary>
    public bool IsTooLarge => _log.Pieces.Count > MostPieces;

    /// <summary>Repeats of messages that came first on this connection: the broker sends again without a reconnect.</summary>
    public long LiveRepeats => _redelivery.LiveRepeats;

    /// <summary>Times a resumed session did not go on as it should.</summary>
    public long Disagreements => _redelivery.Disagreements;

    /// <summary>Repeats of this connection.</summary>
    public long RepeatsHere => _redelivery.RepeatsHere;

    /// <summary>Whether a PUBREL waits for its commit.</summary>
    public bool HasReleased => _exchanges.HasReleased;

    /// <summary>Whether acknowledgements wait until a commit has stored how far the broker has read them.</summary>
    public bool WantsConfirmedStored => _log.Confirmed > _confirmedDurable && _acknowledged - _confirmedDurable > Credit / 2;

    /// <summary>Messages from here on may have payloads without a time of their own.</summary>
    public void PayloadsMayLackTime() => _redelivery.PayloadsMayLackTime();

    /// <summary>The broker has no session: nothing it sent before will be sent again under its old id.</summary>
    public void Reset()
    {
        _log.Reset();
        _exchanges.Clear();
        _arrivals.Clear();
        _redelivery.Begin();
        _committed = _cut = _acknowledged = _confirmedCut = _confirmedDurable = _log.Last;
    }

    /// <summary>The broker resumed the session on a new connection: redeliveries may come.</summary>
    public void Resume()
    {
        _exchanges.Resume();
        _arrivals.Clear();
        _redelivery.Resume(_exchanges.Oldest(_log.Last + 1));
    }

    /// <summary>Notes a PUBLISH of QoS 1 or 2.</summary>
    /// <returns>True when it is new: its readings are taken. False for a repeat.
    /// Either way its acknowledgement leaves in its place.</returns>
    public bool OnPublish(ushort id, int qos, bool duplicate, ulong hash)
    {
        var number = _redelivery.Recognise(id, qos, duplicate, hash, _acknowledged);
        if (number > 0)
        {
            Again(number, id, qos);
            return false;
        }

        number = _log.Append(id, qos, hash);
        _arrivals.Add(number);
        if (qos == 2) _exchanges.Begin(id, number);
        return true;
    }

    /// <summary>Notes a PUBREL.</summary>
    /// <returns>True when its PUBCOMP has to wait for a commit; false when it leaves at once.</returns>
    public bool OnRelease(ushort id)
    {
        _redelivery.OnRelease();
        var waits = _exchanges.OnRelease(id);
        _completedSince |= !waits;
        return waits;
    }

    /// <summary>Moves acknowledgements that may leave now into <paramref name="ready"/>, in arrival order.</summary>
    public void TakeReady(List<(ushort Id, byte Qos)> ready)
    {
        var through = Math.Min(_committed, _confirmedDurable + Credit);
        while (_arrivals.Next is > 0 and var number && number <= through)
        {
            var piece = _log.Pieces.Of(number);
            var (id, qos) = (piece.IdOf(number), piece.QosOf(number));
            if (!_exchanges.MayAcknowledge(id, number)) return;
            if (qos == 2) _exchanges.Received(id, number);

            ready.Add((id, (byte)qos));
            _arrivals.Take();
            _acknowledged = Math.Max(_acknowledged, number);
        }

        if (_arrivals.Next > _confirmedDurable + Credit) _log.WantConfirmedStored();
    }

    /// <summary>Mark to hand to <see cref="Confirm"/> when the broker is known to have read all acknowledgements sent so far.</summary>
    public ReadMark Mark
    {
        get
        {
            var confirmed = _log.Confirmed;
            var read = Math.Max(confirmed, Math.Min(_redelivery.Arrived, _arrivals.LowestAbove(confirmed) - 1));
            return new(read, Math.Max(confirmed, Math.Min(read, _exchanges.LowestAbove(confirmed) - 1)));
        }
    }

    /// <summary>Whether acknowledgements wait until the broker is known to have read earlier ones, and a ping would tell.</summary>
    public bool WaitsForReceipt => _arrivals.Next > _confirmedDurable + Credit && Mark is var mark
        && (mark.Settled > _log.Confirmed || (_log.FirstOpen(_log.Confirmed + 1) is > 0 and var open && open <= mark.Read));

    /// <summary>A ping leaves that will prove <see cref="Mark"/> as it is now.</summary>
    public ReadMark TakeMark()
    {
        _completedSince = false;
        return Mark;
    }

    /// <summary>The broker has read all that had left when <paramref name="mark"/> was taken on this connection.</summary>
    /// <returns>Whether another ping would prove more.</returns>
    public bool Confirm(ReadMark mark)
    {
        _exchanges.Forget(mark.Read, _arrivals);
        if (!_completedSince) _log.Confirm(mark.Settled, _arrivals.LowestAbove(0));
        if (WantsConfirmedStored) _log.WantConfirmedStored();
        return _completedSince || Mark != mark;
    }

    /// <summary>Remembers what the commit of this cut will settle; after the state log has taken <see cref="State"/>.</summary>
    /// <returns>Whether it settles anything.</returns>
    public bool OnCut()
    {
        _isCut = _log.TakeWasTaken() | _exchanges.HasReleased;
        if (!_isCut) return false;
        (_cut, _confirmedCut) = (_log.Last, _log.WrittenConfirmed);
        _exchanges.OnCut();
        return true;
    }

    /// <summary>The commit of the last cut is durable.</summary>
    /// <param name="completed">Receives the QoS 2 ids whose PUBCOMP may leave on the connection their PUBREL came on.</param>
    public void OnCommitted(List<ushort> completed)
    {
        if (!_isCut) return;
        _isCut = false;
        _committed = Math.Max(_committed, _cut);
        _confirmedDurable = Math.Max(_confirmedDurable, _confirmedCut);
        _exchanges.OnCommitted(completed);
    }

    /// <summary>The commit of the last cut failed: its part joins the next.</summary>
    public void OnCommitFailed()
    {
        if (_isCut) _exchanges.OnCommitFailed();
        _isCut = false;
    }

    /// <summary>All that was stored is restored. Before the first connection.</summary>
    /// <returns>False when it was not whole; the table is then empty.</returns>
    public bool Restored()
    {
        var isWhole = _log.Restored();
        // What was acknowledged after that commit is not known.
        _acknowledged = Math.Min(_log.Last, _log.Confirmed + Credit);
        for (var number = _log.First; number <= _log.Last; number++)
        {
            var piece = _log.Pieces.Of(number);
            if (!piece.HasOpenExchanges) number = piece.Last;
            else if (piece.QosOf(number) == 2 && !piece.IsFinished(number))
                _exchanges.Restore(piece.IdOf(number), number, number <= _acknowledged);
        }

        _committed = _cut = _log.Last;
        _confirmedDurable = _confirmedCut = _log.Confirmed;
        return isWhole;
    }

    /// <summary>Takes a table that an earlier version stored: its messages in order, and which exchanges are not over.</summary>
    public void Import(long epoch, ReadOnlySpan<(ushort Id, byte Qos, ulong Hash)> messages, IReadOnlySet<ushort> open)
    {
        while (_log.Epoch < epoch) _log.Reset();
        foreach (var (id, qos, hash) in messages)
        {
            var number = _log.Append(id, qos, hash);
            if (qos != 2) continue;
            if (open.Contains(id)) _exchanges.Restore(id, number, wasReceived: true);
            else _log.SetFinished(number, true);
        }

        // All of it was committed, and may have been acknowledged.
        _committed = _cut = _acknowledged = _log.Last;
    }

    // The broker has read PUBACK and PUBREC up to here. Of an exchange that is not enough: it may publish again what it has released.
    void ConfirmThrough(long number)
    {
        if (_log.FirstExchange(_log.Confirmed + 1, number) is > 0 and var exchange) number = exchange - 1;
        _log.Confirm(number, _arrivals.LowestAbove(0));
    }

    void Again(long number, ushort id, int qos)
    {
        if (qos == 2)
        {
            var old = _log.Pieces.Of(number).IdOf(number);
            if (old != id) _exchanges.Abandon(old, number);
            _exchanges.Begin(id, number);
        }

        _log.SetId(number, id);
        _arrivals.Add(number);
    }
}
