using EdgeAgent.Core.Pipelines;

namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>The in-flight table of one MQTT session: which messages were seen, which may be acknowledged, which are repeats.</summary>
/// <remarks>
/// <para>Messages of QoS 1 and 2 are numbered in arrival order, R the last. Marks: C, acknowledgements the broker is known to have read; A ≥ C, the
/// highest number acknowledged on any connection. No acknowledgement leaves for a number above durable C + <see cref="Credit"/>, so a resumed session of a broker that keeps order
/// begins with one of fewer than 65,535 numbers, and the packet id decides which.</para>
/// <para>Used under the source's gate. The rule and why nothing is lost or taken twice by it: docs/decisions/redelivery.md.</para>
/// </remarks>
sealed class SessionTable
{
    /// <summary>W: how far acknowledgements may go beyond the durably confirmed number.</summary>
    public const int Credit = 32_767;

    const int IdRange = 65_535;
    const int MostPieces = 65_536; // 10 MB for QoS 2 and ids in disorder; half a billion messages in runs
    const int FewHashes = 8;
    const int MostFreshInRun = 16_384; // well below Credit: new messages behind a run that is not over are acknowledged, not confirmed

    enum Place : byte
    {
        Unplaced, // resumed, and no message has told where the broker goes on
        InRun,    // repeats come in order; _next is expected
        Live,
    }

    readonly bool _payloadsCarryTime;
    readonly MessageLog _log = new();
    readonly Exchanges _exchanges;
    readonly ArrivalQueue _arrivals = new();
    readonly HashSet<long> _again = []; // came again on this connection outside the run
    Place _place = Place.Live;
    bool _byBytes;
    long _next;            // in a run: the number expected
    long _runFrom = 1;     // came again in the run: _runFrom … _next − 1, but for _gaps
    readonly List<(long From, long Through)> _gaps = [];
    long _freshFrom = 1;   // first number that is new on this connection
    long _unconfirmedFrom; // at the resume
    bool _unmarkedRepeats; // repeats may come without DUP, known by their id and, where they all differ, bytes
    bool _allDiffer;       // the remembered bytes, at the resume
    int _releases;         // PUBRELs of this connection before its first PUBLISH
    ushort _freshId;       // of the last new message of this connection
    long _acknowledged;    // A
    long _committed;
    long _cut;
    long _confirmedCut;
    long _confirmedDurable;
    bool _isCut;
    ulong _whole;          // over the hashes of the run's current piece, where they are not kept
    long _wholeFrom;

    /// <summary>An empty table.</summary>
    /// <param name="payloadsCarryTime">Whether every payload has a time of its own, so that two messages hardly ever have equal bytes.</param>
    public SessionTable(bool payloadsCarryTime)
    {
        _payloadsCarryTime = payloadsCarryTime;
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

    /// <summary>Messages remembered.</summary>
    public long Remembered => _log.Count;

    /// <summary>Whether more is remembered than any broker tried sends before it needs acknowledgements; it bounds the memory.</summary>
    public bool IsTooLarge => _log.Pieces > MostPieces;

    /// <summary>Repeats of messages that came first on this connection: the broker sends again without a reconnect.</summary>
    public long LiveRepeats { get; private set; }

    /// <summary>Times a resumed session did not go on as it should.</summary>
    public long Disagreements { get; private set; }

    /// <summary>Repeats of this connection.</summary>
    public long RepeatsHere { get; private set; }

    /// <summary>Whether a PUBREL waits for its commit.</summary>
    public bool HasReleased => _exchanges.HasReleased;

    /// <summary>Whether acknowledgements wait until a commit has stored how far the broker has read them.</summary>
    public bool WantsConfirmedStored => _log.Confirmed > _confirmedDurable && _acknowledged - _confirmedDurable > Credit / 2;

    /// <summary>The broker has no session: nothing it sent before will be sent again under its old id.</summary>
    public void Reset()
    {
        _log.Reset();
        _exchanges.Clear();
        BeginConnection();
        _place = Place.Live;
        _committed = _cut = _acknowledged = _confirmedCut = _confirmedDurable = _log.Last;
    }

    /// <summary>The broker resumed the session on a new connection: redeliveries may come.</summary>
    public void Resume()
    {
        _exchanges.Resume();
        BeginConnection();
        _place = _log.Last >= _log.First ? Place.Unplaced : Place.Live;
        _unconfirmedFrom = Math.Min(_log.Confirmed + 1, _exchanges.Oldest(_log.Last + 1));
        if (_log.BrokerSetsDup) return;
        _allDiffer = _payloadsCarryTime && _log.AllDiffer(FewHashes);
        _unmarkedRepeats = _allDiffer || !_log.BrokerLendsAgain;
        if (_allDiffer) _unconfirmedFrom = _log.First; // such a broker mixes: what is confirmed is no prefix
    }

    /// <summary>Notes a PUBLISH of QoS 1 or 2.</summary>
    /// <returns>True when it is new: its readings are taken. False for a repeat. Either way its acknowledgement leaves in its place.</returns>
    public bool OnPublish(ushort id, int qos, bool duplicate, ulong hash)
    {
        if (_place == Place.Unplaced) FindPlace(id, qos, duplicate, hash);
        if (_place == Place.InRun && IsExpected(id, qos, duplicate, hash))
        {
            AgainInRun(id, qos, duplicate, hash);
            return false;
        }

        var number = FindAhead(id, qos, duplicate, hash);
        if (number == 0) number = duplicate ? FindRemembered(id, qos, hash) : FindUnmarked(id, qos, hash);
        if (number > 0)
        {
            AgainOutOfPlace(number, id, qos, duplicate);
            return false;
        }

        // Brokers that never set DUP send repeats among new messages.
        if (_place == Place.Unplaced || (_place == Place.InRun && (_log.BrokerSetsDup || FreshHere >= MostFreshInRun))) EndRun();
        if (!duplicate && id <= _freshId && id != MessagePiece.Next(_freshId) && !_log.BrokerLendsAgain && (id == 1 || _log.HasId(id, Math.Max(_freshFrom, _log.Last + 2 - IdRange))))
            _log.NoteLendsAgain(); // what a broker sent on the last connection and new messages of one that counts anew are out of order, too
        _freshId = id;
        number = _log.Append(id, qos, hash);
        _arrivals.Add(number);
        if (qos == 2) _exchanges.Begin(id, number);
        return true;
    }

    /// <summary>Notes a PUBREL.</summary>
    /// <returns>True when its PUBCOMP has to wait for a commit; false when it leaves at once.</returns>
    public bool OnRelease(ushort id)
    {
        _releases++;
        var waits = _exchanges.OnRelease(id, out var number);
        // The broker reads in order: it has read the PUBREC and every acknowledgement before it.
        if (number > _log.Confirmed && number <= _acknowledged && _arrivals.LowestAbove(_log.Confirmed) > number) ConfirmThrough(number);
        return waits;
    }

    /// <summary>Moves acknowledgements that may leave now into <paramref name="ready"/>, in arrival order.</summary>
    public void TakeReady(List<(ushort Id, byte Qos)> ready)
    {
        var through = Math.Min(_committed, _confirmedDurable + Credit);
        while (_arrivals.Next is > 0 and var number && number <= through)
        {
            var piece = _log.PieceOf(number);
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
    public long Mark
    {
        get
        {
            if (_place == Place.Unplaced) return _log.Confirmed;
            var arrived = _place == Place.InRun ? _next - 1 : _log.Last;
            return Math.Max(_log.Confirmed, Math.Min(arrived, _arrivals.LowestAbove(_log.Confirmed) - 1));
        }
    }

    /// <summary>The broker has read all acknowledgements up to <paramref name="mark"/>, taken on this connection.</summary>
    public void Confirm(long mark)
    {
        ConfirmThrough(mark);
        if (WantsConfirmedStored) _log.WantConfirmedStored();
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
            var piece = _log.PieceOf(number);
            if (!piece.HasOpenExchanges) number = piece.Last;
            else if (piece.QosOf(number) == 2 && !piece.IsFinished(number)) _exchanges.Restore(piece.IdOf(number), number, number <= _acknowledged);
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

    long FreshHere => _log.Last - _freshFrom + 1;

    void ConfirmThrough(long number) => _log.Confirm(number, _arrivals.LowestAbove(0));

    void BeginConnection()
    {
        _arrivals.Clear();
        _again.Clear();
        _gaps.Clear();
        _byBytes = _unmarkedRepeats = _allDiffer = false;
        (_releases, _freshId) = (0, 0);
        _freshFrom = _log.Last + 1;
        (_runFrom, _next) = (_freshFrom, _freshFrom);
        (_whole, _wholeFrom) = (0, 0);
        LiveRepeats = RepeatsHere = 0;
    }

    void FindPlace(ushort id, int qos, bool duplicate, ulong hash)
    {
        var from = _log.Confirmed + 1;
        var number = 0L;
        if (!duplicate && !_allDiffer && id <= _releases + 1)
        {
            // Perhaps a new message under the lowest id that is free, of a broker that has nothing to send again. One that lends ids so tells nothing by them.
            _unmarkedRepeats = false;
            if (_log.HasId(id, _unconfirmedFrom)) _log.NoteLendsAgain();
        }

        if (duplicate || (_unmarkedRepeats && !_log.BrokerSetsDup))
            number = _log.FindLatest(id, qos, hash, from, Math.Min(_acknowledged + 1, _log.Last));
        if (number == 0 && !duplicate)
        {
            number = FindByBytes(qos, hash);
            _byBytes = number > 0;
        }

        if (number == 0) return;
        ConfirmThrough(number - 1);
        (_place, _runFrom, _next) = (Place.InRun, number, number);
    }

    bool IsExpected(ushort id, int qos, bool duplicate, ulong hash)
    {
        var piece = _log.PieceOf(_next);
        if (!_byBytes && piece.IdOf(_next) == id) return piece.Agrees(_next, qos, hash);
        // A broker that numbers each connection anew may begin with the ids of the one before.
        if (!_byBytes) _byBytes = !duplicate && piece.IsSurely(_next, qos, hash) && FindByBytes(qos, hash) == _next;
        return _byBytes && piece.IsSurely(_next, qos, hash);
    }

    long FindByBytes(int qos, ulong hash) => _log.BrokerSetsDup || !_payloadsCarryTime ? 0 : _log.FindIfAllDiffer(qos, hash, FewHashes);

    void AgainInRun(ushort id, int qos, bool duplicate, ulong hash)
    {
        if (duplicate) _log.NoteDup();
        Verify(hash);
        Again(_next, id, qos);
        _next++;
        if (_next == _freshFrom) _place = Place.Live;
    }

    /// <summary>Where no hash of each message is kept, the one over a whole piece is compared at its end.</summary>
    void Verify(ulong hash)
    {
        var piece = _log.PieceOf(_next);
        if (piece.HasHashes) return;
        if (_next == piece.First) (_whole, _wholeFrom) = (0, _next);
        _whole = MessagePiece.Fold(_whole, hash);
        if (_next == piece.Last && _wholeFrom == piece.First && _whole != piece.Whole) Disagreements++;
    }

    void AgainOutOfPlace(long number, ushort id, int qos, bool duplicate)
    {
        if (duplicate) _log.NoteDup();
        Again(number, id, qos);
        if (number >= _freshFrom) LiveRepeats++;
        else if (_place == Place.InRun && number > _next)
        {
            // What lies between has expired at the broker, or comes later in an order of its own.
            _gaps.Add((_next, number - 1));
            _next = number + 1;
            if (_next == _freshFrom) _place = Place.Live;
        }
        else _again.Add(number);
    }

    void Again(long number, ushort id, int qos)
    {
        RepeatsHere++;
        if (qos == 2)
        {
            var old = _log.PieceOf(number).IdOf(number);
            if (old != id) _exchanges.Abandon(old, number);
            _exchanges.Begin(id, number);
        }

        _log.SetId(number, id);
        _arrivals.Add(number);
    }

    /// <summary>A new message: whatever of the run has not come does not come in order any more.</summary>
    void EndRun()
    {
        if (!_allDiffer) _unmarkedRepeats = false; // it neither went on with a repeat nor tells them by their bytes
        if (_place == Place.InRun || _acknowledged < _log.Last) Disagreements++;
        else ConfirmThrough(_log.Last); // the first message of the connection is new: every acknowledgement was read
        _place = Place.Live;
    }

    /// <summary>A later message of the run: those between have an acknowledgement, or expired; 0 when there is none. A broker that sets DUP sets it here.</summary>
    long FindAhead(ushort id, int qos, bool duplicate, ulong hash)
    {
        if (_place != Place.InRun || (!duplicate && _log.BrokerSetsDup)) return 0;
        var through = Math.Min(_freshFrom - 1, _next + IdRange - 1);
        var number = _byBytes ? 0 : _log.FindNext(id, qos, hash, _next + 1, through);
        if (number > 0 || duplicate) return number;
        number = _byBytes ? _log.FindBytes(qos, hash, _next + 1, through) : FindByBytes(qos, hash);
        if (number <= _next || number > through) return 0;
        _byBytes = true;
        return number;
    }

    /// <summary>The latest message with this id and these bytes that has not come again on this connection; 0 when there is none.</summary>
    long FindRemembered(ushort id, int qos, ulong hash)
    {
        // A message 65,535 numbers back may have the same id by counting alone.
        var from = Math.Max(_log.First, _log.Last + 2 - IdRange);
        for (var through = _log.Last; through >= from; through--)
        {
            through = _log.FindLatest(id, qos, hash, from, through);
            if (through == 0) return 0;
            if (_again.Contains(through) || CameInRun(through)) continue;
            // Where ids are lent again, one that was confirmed is told by bytes that are its own alone: what never arrived has DUP, too.
            return through <= _log.Confirmed && _log.BrokerLendsAgain && _log.HasTwice(hash) ? 0 : through;
        }

        return 0;
    }

    /// <summary>Of a broker that never sets DUP and keeps its ids: an older message with this id and surely these bytes, not known to be confirmed at the resume and not come again; 0 when there is none.</summary>
    long FindUnmarked(ushort id, int qos, ulong hash)
    {
        if (!_unmarkedRepeats || _log.BrokerSetsDup || FreshHere >= MostFreshInRun) return 0;
        var number = _log.FindLatest(id, qos, hash, Math.Max(_unconfirmedFrom, _log.Last + 2 - IdRange), _freshFrom - 1);
        return number > 0 && _log.PieceOf(number).IsSurely(number, qos, hash) && !_again.Contains(number) && !CameInRun(number) ? number : 0;
    }

    bool CameInRun(long number)
    {
        if (number < _runFrom || number >= _next) return false;
        foreach (var (from, through) in _gaps)
            if (number >= from && number <= through) return false;
        return true;
    }
}
