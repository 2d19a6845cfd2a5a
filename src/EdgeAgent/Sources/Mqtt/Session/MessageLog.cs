using EdgeAgent.Core.State;

namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>The remembered messages of a session, by number, and what of them a commit writes.</summary>
/// <remarks>
/// <para>Invariant: pieces are contiguous; <see cref="First"/> … <see cref="Last"/>, empty when <c>Last = First − 1</c>. Numbers rise for
/// ever, over epochs too. A piece is a unit of the state log; unit 0 is the head: format, epoch, first number of the epoch, confirmed
/// number, what the broker was seen to do (1 sets DUP, 2 lends ids again).</para>
/// <para>Bound: 64 Ki messages in detail (about 700 KB) and, behind the confirmed number by more than 32 Ki, runs (about 100 bytes for up
/// to 8,192 messages of QoS 1 with consecutive ids; 170 KB for 100,000 of QoS 2). Used under the source's gate. Docs:
/// docs/decisions/redelivery.md.</para>
/// </remarks>
sealed class MessageLog : IStageState
{
    /// <summary>Messages ahead of the confirmed number whose hashes are kept.</summary>
    public const int HashesAhead = 32_768;

    /// <summary>Messages behind the confirmed number that are kept, and with exchanges among them.</summary>
    public const int KeptBehind = 32_768, KeptBehindWithExchanges = 65_536;

    /// <summary>Messages behind the confirmed number that an exchange the broker never ends can keep.</summary>
    public const int MostBehind = 131_072;

    const int Format = 1;
    const byte HeadEntry = 0, PieceEntry = 1;
    const byte SetsDup = 1, LendsAgain = 2;

    readonly MessagePieces _pieces = new();
    readonly List<MessagePiece?> _units = [null];
    readonly Stack<int> _free = [];
    readonly List<int> _freed = []; // since the last cut
    readonly List<MessagePiece> _dirty = [];
    bool _headIsDirty = true;
    bool _wasTaken;
    bool _headIsStored; // or in a cut: before that the state log must not count it as written
    long _noneOpenBelow; // every exchange of a number below has had its PUBREL

    /// <summary>Number of the oldest message remembered.</summary>
    public long First => _pieces.Count > 0 ? _pieces.Oldest.First : Last + 1;

    /// <summary>Number of the newest message.</summary>
    public long Last { get; private set; }

    /// <summary>First number of this epoch.</summary>
    public long Since { get; private set; } = 1;

    /// <summary>Rises when the broker has forgotten the session.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>The broker is known to have read the acknowledgements up to here.</summary>
    public long Confirmed { get; private set; }

    /// <summary>What the last cut holds of <see cref="Confirmed"/>.</summary>
    public long WrittenConfirmed { get; private set; }

    /// <summary>Whether the broker has set DUP on a repeat.</summary>
    public bool BrokerSetsDup { get; private set; }

    /// <summary>Whether the broker has lent a packet id again before it had counted through all:
    /// equal ids then prove nothing without DUP or bytes.</summary>
    public bool BrokerLendsAgain { get; private set; }

    /// <summary>Whether a commit has something to write that cannot wait for another.</summary>
    public bool IsDirty => _dirty.Count > 0 || _headIsDirty;

    /// <summary>Messages remembered.</summary>
    public long Count => Last - First + 1;

    /// <summary>What is remembered, to look in.</summary>
    public MessagePieces Pieces => _pieces;

    /// <summary>Called for each QoS 2 message that is dropped although its exchange is not over: packet id, number.</summary>
    public Action<ushort, long>? Dropped { get; set; }

    /// <summary>The lowest number from <paramref name="from"/> on whose exchange has had no PUBREL; 0 when there is none.</summary>
    public long FirstOpen(long from)
    {
        _noneOpenBelow = Math.Max(_noneOpenBelow, First);
        var isLowest = from <= _noneOpenBelow;
        for (var number = Math.Max(from, _noneOpenBelow); number <= Last; number++)
        {
            var piece = _pieces.Of(number);
            if (!piece.HasOpenExchanges) number = piece.Last;
            else if (piece.QosOf(number) == 2 && !piece.IsFinished(number))
            {
                if (isLowest) _noneOpenBelow = number;
                return number;
            }
        }

        if (isLowest) _noneOpenBelow = Last + 1;
        return 0;
    }

    /// <summary>The lowest number of QoS 2 from <paramref name="from"/> to <paramref name="through"/>; 0 when there is none.</summary>
    public long FirstExchange(long from, long through)
    {
        for (var number = Math.Max(from, First); number <= Math.Min(through, Last); number++)
        {
            var piece = _pieces.Of(number);
            if (!piece.HasExchanges) number = piece.Last;
            else if (piece.QosOf(number) == 2) return number;
        }

        return 0;
    }

    /// <summary>Begins a new epoch: nothing that was sent before comes again under its old id.</summary>
    public void Reset()
    {
        Epoch++;
        foreach (var piece in _pieces.All) Free(piece);
        _pieces.Clear();
        Since = Last + 1;
        Confirmed = Last;
        BrokerSetsDup = BrokerLendsAgain = false;
        _headIsDirty = true;
    }

    /// <summary>Appends a message and gives its number.</summary>
    public long Append(ushort id, int qos, ulong hash)
    {
        var number = ++Last;
        var keepsHash = number <= Confirmed + HashesAhead;
        var piece = _pieces.Newest;
        if (piece is null || !piece.TryAdd(id, qos, hash, keepsHash))
        {
            piece = MessagePiece.Begin(number, id, qos, hash, keepsHash);
            Add(piece);
        }

        Touch(piece);
        return number;
    }

    /// <summary>A message came again under this id.</summary>
    public void SetId(long number, ushort id)
    {
        var piece = _pieces.Of(number);
        if (piece.IdOf(number) == id) return;
        piece.SetId(number, id);
        Touch(piece);
    }

    /// <summary>Notes whether the exchange of a QoS 2 message is over. A message no longer remembered is passed over.</summary>
    public void SetFinished(long number, bool finished)
    {
        if (number < First) return;
        if (!finished) _noneOpenBelow = Math.Min(_noneOpenBelow, number);
        var piece = _pieces.Of(number);
        if (piece.IsFinished(number) == finished) return;
        piece.SetFinished(number, finished);
        Touch(piece);
    }

    /// <summary>The broker set DUP on a repeat.</summary>
    public void NoteDup()
    {
        if (BrokerSetsDup) return;
        BrokerSetsDup = _headIsDirty = true;
    }

    /// <summary>The broker lent an id again.</summary>
    public void NoteLendsAgain()
    {
        if (BrokerLendsAgain) return;
        BrokerLendsAgain = _headIsDirty = true;
    }

    /// <summary>The broker has read the acknowledgements up to here; messages far behind it are forgotten.
    /// Durable with the next commit that has more to write.</summary>
    /// <param name="through">Number.</param>
    /// <param name="keepFrom">Messages from this number on are kept.</param>
    public void Confirm(long through, long keepFrom)
    {
        if (through <= Confirmed) return;
        Confirmed = through;
        while (_pieces.Count > 0 && _pieces.Oldest is var piece && piece.Last < keepFrom && IsDroppable(piece))
        {
            if (piece.HasOpenExchanges)
                for (var number = piece.First; number <= piece.Last; number++)
                    if (piece.QosOf(number) == 2 && !piece.IsFinished(number)) Dropped?.Invoke(piece.IdOf(number), number);
            Free(piece);
            _pieces.RemoveOldest();
        }
    }

    /// <summary>Whether the last cut took something.</summary>
    public bool TakeWasTaken()
    {
        var was = _wasTaken;
        _wasTaken = false;
        return was;
    }

    /// <summary>Asks that the next commit stores the confirmed number, whatever else there is.</summary>
    public void WantConfirmedStored() => _headIsDirty |= Confirmed > WrittenConfirmed;

    /// <inheritdoc/>
    public int UnitCount => _units.Count;

    /// <inheritdoc/>
    public int FormatVersion => Format;

    /// <inheritdoc/>
    public void TakeDirty(List<int> units)
    {
        foreach (var unit in _freed)
        {
            units.Add(unit); // writes nothing: the head says that it is gone
            _free.Push(unit);
        }

        _freed.Clear();
        if (!IsDirty) return;
        units.Add(0);
        _wasTaken = _headIsStored = true;
        _headIsDirty = false;
        WrittenConfirmed = Confirmed;
        foreach (var piece in _dirty)
        {
            if (!piece.IsDirty) continue; // dropped since
            piece.IsDirty = false;
            units.Add(piece.Unit);
        }

        _dirty.Clear();
    }

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units)
    {
        foreach (var unit in units)
        {
            if (unit == 0) _headIsDirty = true;
            else if (_units[unit] is { } piece) Touch(piece);
        }
    }

    /// <inheritdoc/>
    /// <remarks>What is gone the head says; a piece has no entry of its own for that.</remarks>
    public bool WritesRemoval(int unit) => false;

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        if (unit == 0)
        {
            if (!_headIsStored) return;
            writer.Byte(HeadEntry);
            writer.Varint((ulong)Epoch);
            writer.Varint((ulong)Since);
            writer.Varint((ulong)Confirmed);
            writer.Varint((ulong)First);
            writer.Varint((ulong)Last);
            writer.Byte((byte)((BrokerSetsDup ? SetsDup : 0) | (BrokerLendsAgain ? LendsAgain : 0)));
        }
        else if (_units[unit] is { } piece)
        {
            writer.Byte(PieceEntry);
            piece.Write(writer);
        }
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        var reader = new StateReader(entry);
        if (formatVersion != Format || !reader.TryByte(out var kind)) return false;
        if (kind == HeadEntry) return TryRestoreHead(ref reader);
        if (kind != PieceEntry || MessagePiece.Read(ref reader) is not { } piece || !reader.AtEnd) return false;
        if (_pieces.Restore(piece) is { } older)
        {
            piece.Unit = older.Unit;
            _units[piece.Unit] = piece;
            return true;
        }

        piece.Unit = _units.Count;
        _units.Add(piece);
        return true;
    }

    /// <summary>All entries are restored: drops pieces of earlier epochs and old ones whose neighbours are gone.</summary>
    /// <returns>False when messages are missing that the head names; the log is then empty and of a new epoch.</returns>
    public bool Restored()
    {
        var all = _pieces.All;
        var gone = all.Length;
        while (gone > 0 && all[gone - 1].First >= Since && (gone == all.Length || all[gone - 1].Last + 1 == all[gone].First)) gone--;
        for (; gone > 0; gone--)
        {
            Free(_pieces.Oldest);
            _pieces.RemoveOldest();
        }

        WrittenConfirmed = Confirmed;
        _headIsDirty = Last == 0;
        if (Confirmed <= Last && First <= Confirmed + 1 && (_pieces.Newest is not { } last || last.Last == Last)) return true;
        Last = Math.Max(Last, _pieces.Newest?.Last ?? 0);
        Reset();
        return false;
    }

    bool TryRestoreHead(ref StateReader reader)
    {
        if (!reader.TryVarint(out var epoch) || !reader.TryVarint(out var since) || !reader.TryVarint(out var confirmed)
            || !reader.TryVarint(out _) ||
            !reader.TryVarint(out var last) || !reader.TryByte(out var flags)) return false;
        _headIsStored = true;
        (Epoch, Since, Confirmed, Last) = ((long)epoch, (long)since, (long)confirmed, (long)last);
        (BrokerSetsDup, BrokerLendsAgain) = ((flags & SetsDup) != 0, (flags & LendsAgain) != 0);
        return true;
    }

    bool IsDroppable(MessagePiece piece) =>
        piece.Last <= Confirmed - MostBehind
            || (!piece.HasOpenExchanges && piece.Last <= Confirmed - (piece.HasExchanges ? KeptBehindWithExchanges : KeptBehind));

    void Add(MessagePiece piece)
    {
        if (!_free.TryPop(out var unit))
        {
            unit = _units.Count;
            _units.Add(null);
        }

        _units[unit] = piece;
        piece.Unit = unit;
        _pieces.Add(piece);
    }

    void Free(MessagePiece piece)
    {
        piece.IsDirty = false;
        _units[piece.Unit] = null;
        _freed.Add(piece.Unit);
    }

    void Touch(MessagePiece piece)
    {
        if (piece.IsDirty) return;
        piece.IsDirty = true;
        _dirty.Add(piece);
    }
}
