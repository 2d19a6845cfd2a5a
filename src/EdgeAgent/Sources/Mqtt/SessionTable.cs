using System.Runtime.InteropServices;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>The in-flight table of one MQTT session: which messages were seen, which may be acknowledged, which are repeats.</summary>
/// <remarks>
/// <para>Entries stand in arrival order and have rising sequence numbers, so three marks say everything:
/// <c>≤ acknowledged ≤ committed ≤ last</c>. Acknowledgements leave in arrival order [MQTT-4.6.0-2], so what a broker has
/// received of them is a prefix, and what it sends again after a reconnect [MQTT-4.4.0-1], in the original order
/// [MQTT-4.6.0-1], is a suffix of the table followed by messages never seen. Before that suffix may come QoS 2 messages whose
/// exchange is not over (<see cref="ExactlyOnceIds"/>).</para>
/// <para>Entries whose acknowledgement never left are surely outstanding: their redelivery is known by its packet id, and so is that
/// of a QoS 2 message whose exchange is not over. QoS 1 entries whose acknowledgement may have been lost are taken for repeats when a certain redelivery is still to come, since new messages follow
/// all redeliveries, or as a run that reaches the end of the table; until it is known they are held.</para>
/// <para>Used under the source's gate. Docs: docs/decisions/commit-protocol.md.</para>
/// </remarks>
sealed class SessionTable
{
    /// <summary>A broker that never completes its QoS 2 exchanges could make the table grow for ever: twice all packet ids.</summary>
    const int MaxEntries = 1 << 17;

    /// <summary>So many redeliveries in a row, and so many different ones among them, are no coincidence.</summary>
    const int ManyHeld = 8, ManyDifferent = 4;

    [StructLayout(LayoutKind.Auto)]
    struct Entry
    {
        public ulong Hash;
        public ushort Id;
        public byte Qos;
        public bool Acknowledged; // the broker may have its acknowledgement
        public bool Skipped; // the broker left it out of this connection's redeliveries: it needs no acknowledgement on it
        public bool Settled; // nothing of it can come any more
    }

    readonly Dictionary<ushort, long> _latest = [];
    readonly ExactlyOnceIds _exactlyOnce = new();
    readonly List<(ushort Id, byte Qos, ulong Hash)> _held = [];
    Entry[] _ring = new Entry[64];
    long _first = 1; // sequence of the oldest entry
    long _last;      // sequence of the newest entry; empty when _last < _first
    long _committed;
    long _acknowledged;
    long _settledThrough; // the broker has the acknowledgements up to here; QoS 2 entries among them may wait for their PUBCOMP
    long _delivered;   // newest entry delivered on this connection
    long _heldThrough; // newest entry held or delivered
    long _lastCertain; // newest entry that is surely outstanding at the broker; of a new connection only
    long _cut;
    bool _matching;
    bool _isRedelivering;

    /// <summary>Rises when the broker has forgotten the session; the table is then empty.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>Whether something changed since the last successful commit.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Messages of this connection that wait for their acknowledgement.</summary>
    public int Unacknowledged => (int)(_delivered - _acknowledged);

    /// <summary>Entries held in memory, those acknowledged but not yet forgotten included.</summary>
    public int Count => (int)(_last - _first + 1);

    /// <summary>Messages whose verdict is still open.</summary>
    public int HeldCount => _held.Count;

    /// <summary>Whether a PUBREL waits for its commit.</summary>
    public bool HasReleased => _exactlyOnce.HasReleased;

    /// <summary>The broker has no session: nothing it sent before will be sent again under its old id.</summary>
    public void Reset()
    {
        Epoch++;
        _latest.Clear();
        _exactlyOnce.Clear();
        _held.Clear();
        _first = _last + 1;
        _committed = _acknowledged = _settledThrough = _delivered = _cut = _last;
        _matching = false;
        IsDirty = true;
    }

    /// <summary>The broker resumed the session on a new connection: redeliveries may come.</summary>
    public void Resume()
    {
        _held.Clear();
        _exactlyOnce.Resume();
        _isRedelivering = false;
        _delivered = _heldThrough = _acknowledged = _first - 1;
        _lastCertain = 0;
        for (var sequence = _first; sequence <= _last; sequence++)
        {
            ref var entry = ref At(sequence);
            entry.Skipped = false;
            if (!entry.Acknowledged && !entry.Settled) _lastCertain = sequence;
        }

        _matching = Count > 0;
        if (!_matching) _exactlyOnce.OnRedelivered();
    }

    /// <summary>Notes a PUBLISH of QoS 1 or 2 and says what to do with it.</summary>
    public Verdict OnPublish(ushort id, int qos, bool duplicate, ulong hash)
    {
        if (_matching) return Match(id, (byte)qos, duplicate, hash);
        var isAnother = qos == 2 && _exactlyOnce.IsAnother(id, duplicate, hash);
        if (!isAnother && IsUnacknowledged(id)) return Verdict.Skip;
        if (qos == 2 && !isAnother && _exactlyOnce.IsOpen(id)) return SkipAgain(id, 2, hash);
        if (duplicate && IsKnown(id, qos, hash, out var sequence))
        {
            // MQTT 3.1.1 lets a broker send again on a live connection, and this one crossed its PUBACK: another could be taken for that of
            // the id's next message. What was left out of the redeliveries and comes after all has none yet.
            return qos == 1 && !At(sequence).Skipped ? Verdict.Skip : SkipAgain(id, (byte)qos, hash);
        }

        Append(id, (byte)qos, hash);
        return Verdict.Take;
    }

    /// <summary>Nothing more is coming while messages are held.</summary>
    /// <returns>
    /// True when they are new: the caller takes them in order. False when they were repeats, and are acknowledged: the broker has more to send
    /// again than fits its window and waits for that.
    /// </returns>
    public bool ReleaseHeld()
    {
        if (AreHeldRepeats)
        {
            AcceptHeld();
            return false;
        }

        EndMatching();
        return true;
    }

    bool AreHeldRepeats => _held.Count >= ManyHeld && _held.DistinctBy(h => h.Hash).Take(ManyDifferent).Count() == ManyDifferent;

    /// <summary>Notes a PUBREL. </summary>
    /// <returns>True when its PUBCOMP has to wait for a commit; false when it leaves at once.</returns>
    public bool OnRelease(ushort id)
    {
        var waits = _exactlyOnce.OnRelease(id, out var isNews);
        IsDirty |= isNews;
        return waits;
    }

    /// <summary>Remembers what the commit of this cut will settle.</summary>
    public void OnCut()
    {
        _cut = _last;
        _exactlyOnce.OnCut();
        IsDirty = false;
    }

    /// <summary>The commit of the last cut is durable.</summary>
    /// <param name="completed">Receives the QoS 2 ids whose PUBCOMP may leave on the connection their PUBREL came on.</param>
    public void OnCommitted(List<ushort> completed)
    {
        _committed = Math.Max(_committed, _cut);
        _exactlyOnce.OnCommitted(completed);
    }

    /// <summary>The commit of the last cut failed: its part joins the next.</summary>
    public void OnCommitFailed()
    {
        IsDirty = true;
        _exactlyOnce.OnCommitFailed();
    }

    /// <summary>Moves all acknowledgements that may leave now into <paramref name="ready"/>, in arrival order.</summary>
    public void TakeReady(List<(ushort Id, byte Qos)> ready)
    {
        var through = Math.Min(_committed, _delivered);
        for (var sequence = _acknowledged + 1; sequence <= through; sequence++)
        {
            ref var entry = ref At(sequence);
            if (entry.Skipped || entry.Settled) continue;
            ready.Add((entry.Id, entry.Qos));
            entry.Acknowledged = true;
        }

        _acknowledged = Math.Max(_acknowledged, through);
    }

    /// <summary>Mark to hand to <see cref="Forget"/> once the broker is known to have received all acknowledgements sent so far.</summary>
    public SessionMark Mark => new(_acknowledged, _exactlyOnce.Mark);

    /// <summary>Drops what the broker has the last acknowledgement of: PUBACK or PUBCOMP.</summary>
    public void Forget(SessionMark mark)
    {
        if (_matching) return;
        var through = Math.Min(mark.Acknowledged, _acknowledged);
        for (; _settledThrough < through; _settledThrough++)
            if (!IsPending(_settledThrough + 1)) Settle(_settledThrough + 1);
        while (_exactlyOnce.TryConfirm(mark.Completed, out var id))
            if (_latest.TryGetValue(id, out var sequence) && sequence <= _settledThrough) Settle(sequence);
        DropSettled();
        while (Count > MaxEntries && _first <= _settledThrough) Unindex(_first++);
    }

    /// <summary>Writes the table for a commit: every entry of it is committed once this is durable.</summary>
    public void Write(Core.Pipelines.StateWriter writer)
    {
        var count = 0UL;
        for (var sequence = _first; sequence <= _last; sequence++)
            if (!At(sequence).Settled) count++;
        writer.Varint((ulong)Epoch);
        writer.Varint(count);
        for (var sequence = _first; sequence <= _last; sequence++)
        {
            ref var entry = ref At(sequence);
            if (entry.Settled) continue;
            writer.Varint(entry.Id);
            writer.Byte(entry.Qos);
            writer.Int64((long)entry.Hash);
        }

        _exactlyOnce.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; on false the table is empty.</summary>
    public bool TryRead(ref Core.Pipelines.StateReader reader)
    {
        if (!reader.TryVarint(out var epoch) || !reader.TryVarint(out var count) || count > 200_000) return false;
        Epoch = (long)epoch;
        for (var i = 0UL; i < count; i++)
        {
            if (!reader.TryVarint(out var id) || !reader.TryByte(out var qos) || !reader.TryInt64(out var hash)) return Empty();
            Add((ushort)id, qos, (ulong)hash);
        }

        if (!reader.TryVarint(out var ids)) return Empty();
        for (var i = 0UL; i < ids; i++)
        {
            if (!reader.TryVarint(out var id)) return Empty();
            // Without an entry its PUBLISH can hardly come any more: no hash fits.
            _exactlyOnce.Open((ushort)id, _latest.TryGetValue((ushort)id, out var sequence) && At(sequence).Qos == 2 ? At(sequence).Hash : 0);
        }

        // What was acknowledged after that commit is not known: no entry is certainly outstanding, and what is not open may have been completed.
        for (var sequence = _first; sequence <= _last; sequence++)
        {
            ref var entry = ref At(sequence);
            entry.Acknowledged = true;
            if (entry.Qos == 2 && _latest[entry.Id] == sequence && !_exactlyOnce.IsOpen(entry.Id)) _exactlyOnce.Completed(entry.Id, entry.Hash);
        }

        _committed = _cut = _delivered = _acknowledged = _last;
        return true;
    }

    bool Empty()
    {
        Reset();
        return false;
    }

    Verdict Match(ushort id, byte qos, bool duplicate, ulong hash)
    {
        if (!IsKnown(id, qos, hash, out var sequence)) return NotARepeat();
        // What is open is a repeat wherever it stands [MQTT-4.3.3-2], and so is what says that it is one and whose exchange is not over.
        var certain = !At(sequence).Acknowledged || (qos == 2 && (duplicate || _exactlyOnce.IsOpen(id)));
        if (!certain && !duplicate) return NotARepeat();
        var expected = NextOutstanding(_heldThrough);
        var reachesEnd = NextOutstanding(sequence) > _last;
        var proven = certain || _lastCertain > sequence || reachesEnd;
        if (sequence < expected || (sequence > expected && !proven && _held.Count > 0)) return NotARepeat();
        _heldThrough = sequence;
        if (!proven)
        {
            _held.Add((id, qos, hash));
            return Verdict.Hold;
        }

        var verdict = _held.Count > 0 ? Verdict.SkipHeldToo : Verdict.Skip;
        AcceptHeld();
        Redelivered(sequence);
        if (reachesEnd) EndMatching();
        return verdict;
    }

    Verdict NotARepeat()
    {
        // Asked again, the verdict is that of a live connection.
        var verdict = AreHeldRepeats ? Verdict.SkipHeldFirst : Verdict.TakeHeldFirst;
        if (verdict == Verdict.SkipHeldFirst) AcceptHeld();
        EndMatching();
        return verdict;
    }

    /// <summary>What the broker did not send again needs no acknowledgement; held messages become new ones.</summary>
    void EndMatching()
    {
        if (!_matching) return;
        _matching = false;
        PassOver(_delivered + 1, _last);
        _delivered = _last;
        _exactlyOnce.OnRedelivered();
        if (!_isRedelivering) _acknowledged = _last; // the broker has every acknowledgement
        DropSettled();
        foreach (var (id, qos, hash) in _held) Append(id, qos, hash);
        _held.Clear();
    }

    void AcceptHeld()
    {
        foreach (var held in _held) Redelivered(_latest[held.Id]);
        _held.Clear();
    }

    /// <summary>The next entry that could come again.</summary>
    long NextOutstanding(long sequence)
    {
        for (sequence++; sequence <= _last && At(sequence).Settled; sequence++)
        {
        }

        return sequence;
    }

    /// <summary>The broker left these entries out of its redeliveries: it has their acknowledgement, or has forgotten them.</summary>
    void PassOver(long from, long through)
    {
        for (var sequence = from; sequence <= through; sequence++)
        {
            At(sequence).Skipped = true;
            // One it cannot have an acknowledgement of may come late: only re-sends keep their order among themselves [MQTT-4.6.0-1].
            if (At(sequence).Acknowledged && !IsPending(sequence)) Settle(sequence);
        }
    }

    /// <summary>This entry came again: it is acknowledged again. What stands before it and did not come needs none.</summary>
    void Redelivered(long sequence)
    {
        PassOver(_delivered + 1, sequence - 1);
        _delivered = sequence;
        ref var entry = ref At(sequence);
        if (entry.Qos == 2) _exactlyOnce.Reopen(entry.Id, entry.Hash);
        entry.Acknowledged = false;
        // Acknowledgements leave in order, so the broker has none of those behind it. (Of QoS 2 it may send again what it has PUBREC of.)
        if (entry.Qos == 1 && _lastCertain < _last)
        {
            for (var behind = sequence + 1; behind <= _last; behind++)
                if (!At(behind).Settled) At(behind).Acknowledged = false;
            _lastCertain = _last;
        }

        _isRedelivering = true;
    }

    /// <summary>A repeat whose acknowledgement left before, or never had to: it leaves (again) in this place.</summary>
    Verdict SkipAgain(ushort id, byte qos, ulong hash)
    {
        Add(id, qos, hash);
        if (qos == 2) _exactlyOnce.Reopen(id, hash);
        _delivered = _last;
        IsDirty = true;
        return Verdict.Skip;
    }

    void Append(ushort id, byte qos, ulong hash)
    {
        Add(id, qos, hash);
        _delivered = _last;
        if (qos == 2) _exactlyOnce.Open(id, hash);
        IsDirty = true;
    }

    void Add(ushort id, byte qos, ulong hash)
    {
        if (Count == _ring.Length) Grow();
        // Its id is free again, so the message that had it before is complete.
        if (_latest.TryGetValue(id, out var before) && before <= _settledThrough) Settle(before);
        _last++;
        At(_last) = new Entry { Id = id, Qos = qos, Hash = hash };
        _latest[id] = _last;
    }

    void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        for (var sequence = _first; sequence <= _last; sequence++) larger[sequence & (larger.Length - 1)] = At(sequence);
        _ring = larger;
    }

    /// <summary>Whether the table has this very message and something of it may still come.</summary>
    bool IsKnown(ushort id, int qos, ulong hash, out long sequence) => _latest.TryGetValue(id, out sequence) && At(sequence).Hash == hash && At(sequence).Qos == qos;

    /// <summary>Whether a message of this id came on this connection and its acknowledgement is still to leave.</summary>
    bool IsUnacknowledged(ushort id) => _latest.TryGetValue(id, out var sequence) && sequence > _acknowledged && !At(sequence).Skipped;

    /// <summary>Whether this is a QoS 2 message whose exchange is not over.</summary>
    bool IsPending(long sequence) => At(sequence) is { Qos: 2, Settled: false } entry && _latest.TryGetValue(entry.Id, out var latest) && latest == sequence && _exactlyOnce.IsPending(entry.Id);

    void Settle(long sequence)
    {
        At(sequence).Settled = true;
        Unindex(sequence);
    }

    void DropSettled()
    {
        while (_first <= _last && At(_first).Settled) _first++;
        _settledThrough = Math.Max(_settledThrough, _first - 1);
        _acknowledged = Math.Max(_acknowledged, _first - 1);
    }

    void Unindex(long sequence)
    {
        var id = At(sequence).Id;
        if (_latest.TryGetValue(id, out var latest) && latest == sequence) _latest.Remove(id);
    }

    ref Entry At(long sequence) => ref _ring[sequence & (_ring.Length - 1)];
}
