namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>Tells on one connection which messages came before: the rules of docs/decisions/redelivery.md.</summary>
/// <remarks>
/// A resumed connection goes <c>Unplaced → InRun → Live</c>, a fresh one is live. Used under the source's gate; <paramref name="confirm"/>
/// is told what the broker is known to have read.
/// </remarks>
sealed class Redelivery(MessageLog log, bool payloadsCarryTime, Action<long> confirm)
{
    const int IdRange = 65_535;
    bool _payloadsCarryTime = payloadsCarryTime;
    const int FewHashes = 8;
    const int MostFreshInRun = 16_384; // well below the credit: new messages behind a run that is not over are acknowledged, not confirmed

    enum Place : byte
    {
        Unplaced, // resumed, and no message has told where the broker goes on
        InRun,    // repeats come in order; _next is expected
        Live,
    }

    readonly HashSet<long> _again = []; // came again on this connection outside the run
    readonly List<(long From, long Through)> _gaps = [];
    Place _place = Place.Live;
    bool _byBytes;
    long _next;            // in a run: the number expected
    long _runFrom = 1;     // came again in the run: _runFrom … _next − 1, but for _gaps
    long _freshFrom = 1;   // first number that is new on this connection
    long _unconfirmedFrom; // at the resume
    bool _unmarkedRepeats; // repeats may come without DUP, known by their id and, where they all differ, bytes
    bool _allDiffer;       // the remembered bytes, at the resume
    int _releases;         // PUBRELs of this connection before its first PUBLISH
    ushort _freshId;       // of the last new message of this connection
    ulong _whole;          // over the hashes of the run's current piece, where they are not kept
    long _wholeFrom;

    /// <summary>Messages from here on may have payloads without a time.</summary>
    public void PayloadsMayLackTime() => _payloadsCarryTime = false;

    /// <summary>Repeats of messages that came first on this connection: the broker sends again without a reconnect.</summary>
    public long LiveRepeats { get; private set; }

    /// <summary>Times a resumed session did not go on as it should.</summary>
    public long Disagreements { get; private set; }

    /// <summary>Repeats of this connection.</summary>
    public long RepeatsHere { get; private set; }

    /// <summary>Every message up to here has come on this connection or was confirmed before;
    /// the confirmed number where nothing tells.</summary>
    public long Arrived => _place switch
    {
        Place.Unplaced => log.Confirmed,
        Place.InRun => _next - 1,
        _ => log.Last,
    };

    /// <summary>A connection on which nothing comes again.</summary>
    public void Begin()
    {
        _again.Clear();
        _gaps.Clear();
        _place = Place.Live;
        _byBytes = _unmarkedRepeats = _allDiffer = false;
        (_releases, _freshId) = (0, 0);
        _freshFrom = log.Last + 1;
        (_runFrom, _next) = (_freshFrom, _freshFrom);
        (_whole, _wholeFrom) = (0, 0);
        LiveRepeats = RepeatsHere = 0;
    }

    /// <summary>A connection on which the broker resumed the session.</summary>
    /// <param name="oldestOpen">The lowest number of an exchange of QoS 2 that is not over, or a higher one than any.</param>
    public void Resume(long oldestOpen)
    {
        Begin();
        if (log.Last >= log.First) _place = Place.Unplaced;
        _unconfirmedFrom = Math.Min(log.Confirmed + 1, oldestOpen);
        if (log.BrokerSetsDup) return;
        _allDiffer = _payloadsCarryTime && log.Pieces.AllDiffer(FewHashes);
        _unmarkedRepeats = _allDiffer || !log.BrokerLendsAgain;
        if (_allDiffer) _unconfirmedFrom = log.First; // such a broker mixes: what is confirmed is no prefix
    }

    /// <summary>The number of the message that this PUBLISH repeats; 0 when it is new.</summary>
    /// <remarks>Either way the caller notes it: <see cref="MessageLog.Append"/>, or <see cref="MessageLog.SetId"/>.</remarks>
    /// <param name="id">Packet id.</param>
    /// <param name="qos">QoS.</param>
    /// <param name="duplicate">DUP.</param>
    /// <param name="hash">Hash of topic and payload.</param>
    /// <param name="acknowledged">A: the highest number ever acknowledged.</param>
    public long Recognise(ushort id, int qos, bool duplicate, ulong hash, long acknowledged)
    {
        if (_place == Place.Unplaced) FindPlace(id, qos, duplicate, hash, acknowledged);
        if (_place == Place.InRun && IsExpected(id, qos, duplicate, hash))
        {
            if (duplicate) log.NoteDup();
            RepeatsHere++;
            Verify(hash);
            return MoveOn(_next);
        }

        var number = FindAhead(id, qos, duplicate, hash);
        if (number == 0) number = duplicate ? FindRemembered(id, qos, hash) : FindUnmarked(id, qos, hash);
        if (number > 0)
        {
            if (duplicate) log.NoteDup();
            RepeatsHere++;
            return OutOfPlace(number);
        }

        // Brokers that never set DUP send repeats among new messages.
        if (_place == Place.Unplaced || (_place == Place.InRun && (log.BrokerSetsDup || FreshHere >= MostFreshInRun))) EndRun(acknowledged);
        if (!duplicate && id <= _freshId && id != MessagePiece.Next(_freshId) && !log.BrokerLendsAgain
            && (id == 1 || log.Pieces.HasId(id, Math.Max(_freshFrom, log.Last + 2 - IdRange))))
            // what a broker sent on the last connection and new messages of one that counts anew are out of order, too
            log.NoteLendsAgain();
        _freshId = id;
        return 0;
    }

    /// <summary>A PUBREL came.</summary>
    public void OnRelease() => _releases++;

    long FreshHere => log.Last - _freshFrom + 1;

    void FindPlace(ushort id, int qos, bool duplicate, ulong hash, long acknowledged)
    {
        var from = log.Confirmed + 1;
        var number = 0L;
        if (!duplicate && !_allDiffer && id <= _releases + 1)
        {
            // Perhaps a new message under the lowest id that is free, of a broker that has nothing to send again.
            // One that lends ids so tells nothing by them.
            _unmarkedRepeats = false;
            if (log.Pieces.HasId(id, _unconfirmedFrom)) log.NoteLendsAgain();
        }

        if (duplicate || (_unmarkedRepeats && !log.BrokerSetsDup))
            number = log.Pieces.FindLatest(id, qos, hash, from, Math.Min(acknowledged + 1, log.Last));
        if (number == 0 && !duplicate)
        {
            number = FindByBytes(qos, hash);
            _byBytes = number > 0;
        }

        if (number == 0) return;
        confirm(number - 1);
        (_place, _runFrom, _next) = (Place.InRun, number, number);
    }

    bool IsExpected(ushort id, int qos, bool duplicate, ulong hash)
    {
        var piece = log.Pieces.Of(_next);
        if (!_byBytes && piece.IdOf(_next) == id) return piece.Agrees(_next, qos, hash);
        // A broker that numbers each connection anew may begin with the ids of the one before.
        if (!_byBytes) _byBytes = !duplicate && piece.IsSurely(_next, qos, hash) && FindByBytes(qos, hash) == _next;
        return _byBytes && piece.IsSurely(_next, qos, hash);
    }

    long FindByBytes(int qos, ulong hash) =>
        _allDiffer && !log.BrokerSetsDup ? log.Pieces.FindBytes(qos, hash, log.First, _freshFrom - 1) : 0;

    long MoveOn(long number)
    {
        _next = number + 1;
        if (_next == _freshFrom) _place = Place.Live;
        return number;
    }

    /// <summary>Where no hash of each message is kept, the one over a whole piece is compared at its end.</summary>
    void Verify(ulong hash)
    {
        var piece = log.Pieces.Of(_next);
        if (piece.HasHashes) return;
        if (_next == piece.First) (_whole, _wholeFrom) = (0, _next);
        _whole = MessagePiece.Fold(_whole, hash);
        if (_next == piece.Last && _wholeFrom == piece.First && _whole != piece.Whole) Disagreements++;
    }

    long OutOfPlace(long number)
    {
        if (number >= _freshFrom) LiveRepeats++;
        else if (_place == Place.InRun && number > _next)
        {
            // What lies between has expired at the broker, or comes later in an order of its own.
            _gaps.Add((_next, number - 1));
            MoveOn(number);
        }
        else _again.Add(number);
        return number;
    }

    /// <summary>A new message: whatever of the run has not come does not come in order any more.</summary>
    void EndRun(long acknowledged)
    {
        if (!_allDiffer) _unmarkedRepeats = false; // it neither went on with a repeat nor tells them by their bytes
        if (_place == Place.InRun || acknowledged < log.Last) Disagreements++;
        else confirm(log.Last); // the first message of the connection is new: every acknowledgement was read
        _place = Place.Live;
    }

    /// <summary>A later message of the run: those between have an acknowledgement, or expired; 0 when there is none.
    /// A broker that sets DUP sets it here.</summary>
    long FindAhead(ushort id, int qos, bool duplicate, ulong hash)
    {
        if (_place != Place.InRun || (!duplicate && log.BrokerSetsDup)) return 0;
        var through = Math.Min(_freshFrom - 1, _next + IdRange - 1);
        var number = _byBytes ? 0 : log.Pieces.FindNext(id, qos, hash, _next + 1, through);
        if (number > 0 || duplicate) return number;
        number = _byBytes ? log.Pieces.FindBytes(qos, hash, _next + 1, through) : FindByBytes(qos, hash);
        if (number <= _next || number > through) return 0;
        _byBytes = true;
        return number;
    }

    /// <summary>The latest message with this id and these bytes that has not come again on this connection; 0 when there is none.</summary>
    long FindRemembered(ushort id, int qos, ulong hash)
    {
        // A message 65,535 numbers back may have the same id by counting alone.
        var from = Math.Max(log.First, log.Last + 2 - IdRange);
        for (var through = log.Last; through >= from; through--)
        {
            through = log.Pieces.FindLatest(id, qos, hash, from, through);
            if (through == 0) return 0;
            if (_again.Contains(through) || CameInRun(through)) continue;
            // Where ids are lent again, one that was confirmed is told by bytes that are its own alone: what never arrived has DUP, too.
            return through <= log.Confirmed && log.BrokerLendsAgain && log.Pieces.HasTwice(hash) ? 0 : through;
        }

        return 0;
    }

    /// <summary>Of a broker that never sets DUP and keeps its ids: an older message with this id and surely these bytes, not known to be
    /// confirmed at the resume and not come again; 0 when there is none.</summary>
    long FindUnmarked(ushort id, int qos, ulong hash)
    {
        if (!_unmarkedRepeats || log.BrokerSetsDup || FreshHere >= MostFreshInRun) return 0;
        var number = log.Pieces.FindLatest(id, qos, hash, Math.Max(_unconfirmedFrom, log.Last + 2 - IdRange), _freshFrom - 1);
        return number > 0 && log.Pieces.Of(number).IsSurely(number, qos, hash) && !_again.Contains(number) && !CameInRun(number) ? number
            : 0;
    }

    bool CameInRun(long number)
    {
        if (number < _runFrom || number >= _next) return false;
        foreach (var (from, through) in _gaps)
            if (number >= from && number <= through) return false;
        return true;
    }
}
