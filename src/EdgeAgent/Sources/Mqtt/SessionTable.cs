using System.Runtime.InteropServices;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>What to do with a PUBLISH of QoS 1 or 2.</summary>
enum Verdict
{
    /// <summary>New: its readings are taken.</summary>
    Take,

    /// <summary>A redelivery: it is not taken again; its acknowledgement leaves in its place.</summary>
    Skip,

    /// <summary>Not known yet: keep a copy and go on.</summary>
    Hold,

    /// <summary>A redelivery, and so were all held ones: forget the copies.</summary>
    SkipHeldToo,

    /// <summary>The held ones, if any, are new: take them in order (they are noted), then ask again for this one.</summary>
    TakeHeldFirst,
}

/// <summary>The in-flight table of one MQTT session: which messages were seen, which may be acknowledged, which are repeats.</summary>
/// <remarks>
/// <para>Entries stand in arrival order and have rising sequence numbers, so three marks say everything:
/// <c>≤ acknowledged ≤ committed ≤ last</c>. Acknowledgements leave in arrival order [MQTT-4.6.0-2], so what a broker has
/// received of them is a prefix, and what it sends again after a reconnect [MQTT-4.4.0-1], in the original order
/// [MQTT-4.6.0-1], is a suffix of the table followed by messages never seen.</para>
/// <para>Entries whose acknowledgement never left are surely outstanding: their redelivery is known by its packet id. Entries
/// whose acknowledgement may have been lost are only taken for repeats as a run that reaches the end of the table; until it
/// does they are held.</para>
/// <para>Used under the source's gate. Docs: docs/decisions/commit-protocol.md.</para>
/// </remarks>
sealed class SessionTable
{
    [StructLayout(LayoutKind.Auto)]
    struct Entry
    {
        public ulong Hash;
        public ushort Id;
        public byte Qos;
        public bool Skipped; // the broker left it out of its redeliveries: it needs no acknowledgement
    }

    readonly Dictionary<ushort, long> _latest = [];
    readonly Dictionary<ushort, (bool Released, ulong Hash)> _exactlyOnce = []; // QoS 2 ids taken and not completed; released once PUBREL came
    readonly List<ushort> _released = [];
    readonly List<ushort> _cutReleased = [];
    readonly List<ushort> _cutUnanswered = []; // in the cut, but their PUBREL came on a connection that is gone
    readonly List<(ushort Id, byte Qos, ulong Hash)> _held = [];
    Entry[] _ring = new Entry[64];
    long _first = 1; // sequence of the oldest entry
    long _last;      // sequence of the newest entry; empty when _last < _first
    long _committed;
    long _acknowledged;
    long _delivered;   // newest entry delivered on this connection
    long _certainFrom; // entries from here on were never acknowledged to the broker
    long _cut;
    bool _matching;
    bool _runBegun;
    bool _runProven;

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

    /// <summary>QoS 2 messages between PUBLISH and PUBCOMP.</summary>
    public int ExactlyOnceCount => _exactlyOnce.Count;

    /// <summary>Whether a PUBREL waits for its commit.</summary>
    public bool HasReleased => _released.Count > 0;

    /// <summary>The broker has no session: nothing it sent before will be sent again under its old id.</summary>
    public void Reset()
    {
        Epoch++;
        _latest.Clear();
        _exactlyOnce.Clear();
        _released.Clear();
        _cutReleased.Clear();
        _cutUnanswered.Clear();
        _held.Clear();
        _first = _last + 1;
        _committed = _acknowledged = _delivered = _cut = _last;
        _matching = false;
        IsDirty = true;
    }

    /// <summary>The broker resumed the session on a new connection: redeliveries may come.</summary>
    public void Resume()
    {
        _held.Clear();
        _released.Clear();
        _cutUnanswered.AddRange(_cutReleased);
        _cutReleased.Clear();
        // While the last connection had brought no redelivery, its (unsent) acknowledgements say nothing new.
        if (!_matching || _runProven) _certainFrom = _acknowledged + 1;
        _matching = Count > 0;
        _runBegun = _runProven = false;
        _delivered = _acknowledged = _first - 1;
    }

    /// <summary>Notes a PUBLISH of QoS 1 or 2 and says what to do with it.</summary>
    public Verdict OnPublish(ushort id, int qos, bool duplicate, ulong hash)
    {
        if (_matching) return Match(id, (byte)qos, duplicate, hash);
        if (qos == 2 && _exactlyOnce.TryGetValue(id, out var open) && !open.Released && !IsAnother(id, duplicate, hash)) return SkipExactlyOnce(id, hash);
        if (_latest.TryGetValue(id, out var sequence) && sequence > _acknowledged && !(qos == 2 && IsAnother(id, duplicate, hash))) return Verdict.Skip;
        Append(id, (byte)qos, hash);
        return Verdict.Take;
    }

    /// <summary>No more redeliveries are coming: the held messages are new. The caller takes them in order.</summary>
    public void ReleaseHeld() => EndMatching();

    /// <summary>Notes a PUBREL. </summary>
    /// <returns>True when its PUBCOMP has to wait for a commit; false when the id is unknown and PUBCOMP leaves at once.</returns>
    public bool OnRelease(ushort id)
    {
        if (!_exactlyOnce.TryGetValue(id, out var open)) return false;
        if (open.Released && (_released.Contains(id) || _cutReleased.Contains(id))) return true;
        if (open.Released && _cutUnanswered.Remove(id))
        {
            _cutReleased.Add(id);
            return true;
        }

        _exactlyOnce[id] = open with { Released = true };
        _released.Add(id);
        IsDirty = true;
        return true;
    }

    /// <summary>Remembers what the commit of this cut will settle.</summary>
    public void OnCut()
    {
        _cut = _last;
        _cutReleased.AddRange(_released);
        _released.Clear();
        IsDirty = false;
    }

    /// <summary>The commit of the last cut is durable.</summary>
    /// <param name="completed">Receives the QoS 2 ids whose PUBCOMP may leave on the connection their PUBREL came on.</param>
    public void OnCommitted(List<ushort> completed)
    {
        _committed = Math.Max(_committed, _cut);
        foreach (var id in _cutReleased)
            if (Complete(id)) completed.Add(id);
        foreach (var id in _cutUnanswered) Complete(id);
        _cutReleased.Clear();
        _cutUnanswered.Clear();
    }

    /// <summary>The commit of the last cut failed: its part joins the next.</summary>
    public void OnCommitFailed()
    {
        IsDirty = true;
        _released.InsertRange(0, _cutReleased);
        _cutReleased.Clear();
        _cutUnanswered.Clear();
    }

    /// <summary>Moves all acknowledgements that may leave now into <paramref name="ready"/>, in arrival order.</summary>
    public void TakeReady(List<(ushort Id, byte Qos)> ready)
    {
        var through = Math.Min(_committed, _delivered);
        for (var sequence = _acknowledged + 1; sequence <= through; sequence++)
        {
            ref var entry = ref At(sequence);
            if (!entry.Skipped) ready.Add((entry.Id, entry.Qos));
        }

        _acknowledged = Math.Max(_acknowledged, through);
    }

    /// <summary>Mark to hand to <see cref="Forget"/> once the broker is known to have received all acknowledgements sent so far.</summary>
    public long AcknowledgedMark => _acknowledged;

    /// <summary>Drops entries up to <paramref name="mark"/>: the broker has their acknowledgements.</summary>
    public void Forget(long mark)
    {
        if (_matching) return;
        var through = Math.Min(mark, _acknowledged);
        for (; _first <= through; _first++) Unindex(_first);
    }

    /// <summary>Writes the table for a commit: every entry of it is committed once this is durable.</summary>
    public void Write(Core.Pipelines.StateWriter writer)
    {
        writer.Varint((ulong)Epoch);
        writer.Varint((ulong)Count);
        for (var sequence = _first; sequence <= _last; sequence++)
        {
            ref var entry = ref At(sequence);
            writer.Varint(entry.Id);
            writer.Byte(entry.Qos);
            writer.Int64((long)entry.Hash);
        }

        var kept = 0UL;
        foreach (var pair in _exactlyOnce)
            if (!pair.Value.Released) kept++;
        writer.Varint(kept);
        foreach (var pair in _exactlyOnce)
            if (!pair.Value.Released) writer.Varint(pair.Key);
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
            // An id whose entry was forgotten has its PUBREC, so no PUBLISH of that message can come any more: no hash fits.
            _exactlyOnce[(ushort)id] = (false, _latest.TryGetValue((ushort)id, out var sequence) && At(sequence).Qos == 2 ? At(sequence).Hash : 0);
        }

        // What was acknowledged after that commit is not known: no entry is certainly outstanding.
        _committed = _cut = _last;
        _certainFrom = _last + 1;
        _delivered = _acknowledged = _last;
        return true;
    }

    bool Empty()
    {
        Reset();
        return false;
    }

    Verdict Match(ushort id, byte qos, bool duplicate, ulong hash)
    {
        var known = _latest.TryGetValue(id, out var sequence) && At(sequence).Hash == hash && At(sequence).Qos == qos;
        // What is not completed is a repeat wherever it stands [MQTT-4.3.3-2], and so is all that came before it: new messages follow the redeliveries.
        var certain = known && (sequence >= _certainFrom || (qos == 2 && _exactlyOnce.TryGetValue(id, out var open) && !open.Released));
        if (!known || (!certain && !duplicate)) return NotARepeat();
        if (!_runBegun)
        {
            _runBegun = true;
            for (; _first < sequence; _first++) Unindex(_first);
            _acknowledged = _delivered = sequence - 1;
        }

        var expected = _delivered + _held.Count + 1;
        if (sequence != expected)
        {
            if (!certain || sequence < expected || _held.Count > 0) return NotARepeat();
            for (var left = expected; left < sequence; left++) At(left).Skipped = true;
            _delivered = sequence - 1;
        }

        var reachesEnd = sequence == _last;
        var proven = _runProven || certain || _certainFrom <= _last || reachesEnd;
        if (!proven)
        {
            _held.Add((id, qos, hash));
            return Verdict.Hold;
        }

        _runProven = true;
        var verdict = _held.Count > 0 ? Verdict.SkipHeldToo : Verdict.Skip;
        _held.Clear();
        _delivered = sequence;
        if (reachesEnd) _matching = false;
        return verdict;
    }

    Verdict NotARepeat()
    {
        EndMatching();
        return Verdict.TakeHeldFirst; // asked again, the verdict is that of a live connection
    }

    /// <summary>What the broker did not send again needs no acknowledgement; held messages become new ones.</summary>
    void EndMatching()
    {
        if (!_matching) return;
        _matching = false;
        if (_delivered < _first) // no run: the broker has every acknowledgement
        {
            for (; _first <= _last; _first++) Unindex(_first);
            _acknowledged = _delivered = _last;
        }
        else
        {
            for (var left = _delivered + 1; left <= _last; left++)
            {
                At(left).Skipped = true;
                Unindex(left);
            }

            _delivered = _last;
        }

        foreach (var (id, qos, hash) in _held) Append(id, qos, hash);
        _held.Clear();
    }

    /// <summary>A PUBLISH of an id that is not completed yet is a repeat [MQTT-4.3.3-2]; its PUBREC leaves again in this place.</summary>
    Verdict SkipExactlyOnce(ushort id, ulong hash)
    {
        if (_latest.TryGetValue(id, out var sequence) && sequence > _acknowledged) return Verdict.Skip;
        Add(id, 2, hash);
        _delivered = _last;
        IsDirty = true;
        return Verdict.Skip;
    }

    /// <summary>Whether an id that is not completed plainly carries another message: not marked as a repeat and of other bytes.</summary>
    /// <remarks>
    /// [MQTT-4.3.3-1] forbids it, and a broker that went back to an older copy of its session after a crash does it all the same: it has
    /// forgotten the open message and counts its ids from there again. Taking the new message loses nothing.
    /// </remarks>
    bool IsAnother(ushort id, bool duplicate, ulong hash) => !duplicate && _exactlyOnce.TryGetValue(id, out var open) && open.Hash != hash;

    /// <summary>Removes a released id, unless a new message has taken it.</summary>
    bool Complete(ushort id) => _exactlyOnce.TryGetValue(id, out var open) && open.Released && _exactlyOnce.Remove(id);

    void Append(ushort id, byte qos, ulong hash)
    {
        Add(id, qos, hash);
        _delivered = _last;
        if (qos == 2) _exactlyOnce[id] = (false, hash);
        IsDirty = true;
    }

    void Add(ushort id, byte qos, ulong hash)
    {
        if (Count == _ring.Length) Grow();
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

    void Unindex(long sequence)
    {
        var id = At(sequence).Id;
        if (_latest.TryGetValue(id, out var latest) && latest == sequence) _latest.Remove(id);
    }

    ref Entry At(long sequence) => ref _ring[sequence & (_ring.Length - 1)];
}
