using System.Runtime.InteropServices;
using EdgeAgent.Core.Pipelines;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>The packet ids of QoS 2 messages of one session, from PUBLISH until the broker is known to have received PUBCOMP.</summary>
/// <remarks>
/// <para><c>open</c> (its PUBLISH was taken) → <c>released</c> (PUBREL came; a commit leaves the id out) → <c>completed</c> (PUBCOMP may
/// leave) → forgotten (a PINGREQ sent after the PUBCOMP was answered). By [MQTT-4.3.3-6] no PUBLISH of the same message comes after its
/// PUBREL. mosquitto 2.0.11 does it: what is in flight beyond its limit when it loads its sessions is queued again, released or not. Until
/// it has the PUBCOMP for sure the message can therefore come once more, and is still known.</para>
/// <para>Used under the source's gate. Docs: docs/decisions/commit-protocol.md.</para>
/// </remarks>
sealed class ExactlyOnceIds
{
    enum State : byte
    {
        Open,
        Released,
        Completed,
    }

    [StructLayout(LayoutKind.Auto)]
    readonly record struct Message(State State, ulong Hash, long Completion);

    readonly Dictionary<ushort, Message> _ids = [];
    readonly List<ushort> _released = [];
    readonly List<ushort> _cutReleased = [];
    readonly List<ushort> _cutUnanswered = []; // in the cut, but their PUBREL came on a connection that is gone
    readonly Queue<(ushort Id, long Completion)> _unconfirmed = [];
    long _completions;

    /// <summary>Whether a PUBREL waits for its commit.</summary>
    public bool HasReleased => _released.Count > 0;

    /// <summary>Mark to hand to <see cref="Confirm"/> once the broker is known to have received all PUBCOMP sent so far.</summary>
    public long Mark => _completions;

    /// <summary>Whether the PUBLISH of this id was taken and no PUBREL came: a PUBLISH of it is a repeat [MQTT-4.3.3-2].</summary>
    public bool IsOpen(ushort id) => _ids.TryGetValue(id, out var message) && message.State == State.Open;

    /// <summary>Whether the broker may still send something of the message of this id.</summary>
    public bool IsPending(ushort id) => _ids.ContainsKey(id);

    /// <summary>Whether an id that is not forgotten plainly carries another message: other bytes, or, of an id whose bytes are not known, no DUP.</summary>
    /// <remarks>
    /// [MQTT-4.3.3-1] forbids it, and a broker that went back to an older copy of its session after a crash does it all the same: it has
    /// forgotten the open message and counts its ids from there again. Taking the new message loses nothing.
    /// </remarks>
    public bool IsAnother(ushort id, bool duplicate, ulong hash) => _ids.TryGetValue(id, out var message) && (message.Hash == 0 ? !duplicate : message.Hash != hash);

    /// <summary>A PUBLISH of this id was taken: its exchange begins.</summary>
    public void Open(ushort id, ulong hash) => _ids[id] = new Message(State.Open, hash, 0);

    /// <summary>A PUBLISH of this id came again: its exchange begins anew, whatever had come of it.</summary>
    public void Reopen(ushort id, ulong hash)
    {
        Open(id, hash);
        _released.Remove(id);
        _cutReleased.Remove(id);
        _cutUnanswered.Remove(id);
    }

    /// <summary>A message of an earlier run that may have been completed; its PUBLISH could come again.</summary>
    public void Completed(ushort id, ulong hash) => _ids[id] = new Message(State.Completed, hash, 0);

    /// <summary>Notes a PUBREL.</summary>
    /// <returns>True when its PUBCOMP has to wait for a commit; false when it leaves at once: the id is unknown or was completed before.</returns>
    /// <param name="id">Its packet id.</param>
    /// <param name="isNews">Whether the next commit has something to leave out.</param>
    public bool OnRelease(ushort id, out bool isNews)
    {
        isNews = false;
        if (!_ids.TryGetValue(id, out var message)) return false;
        if (message.State == State.Completed)
        {
            Complete(id, message);
            return false;
        }

        if (message.State == State.Released && (_released.Contains(id) || _cutReleased.Contains(id))) return true;
        if (message.State == State.Released && _cutUnanswered.Remove(id))
        {
            _cutReleased.Add(id);
            return true;
        }

        _ids[id] = message with { State = State.Released };
        _released.Add(id);
        return isNews = true;
    }

    /// <summary>Remembers what the commit of this cut will settle.</summary>
    public void OnCut()
    {
        _cutReleased.AddRange(_released);
        _released.Clear();
    }

    /// <summary>The commit of the last cut is durable.</summary>
    /// <param name="completed">Receives the ids whose PUBCOMP may leave on the connection their PUBREL came on.</param>
    public void OnCommitted(List<ushort> completed)
    {
        foreach (var id in _cutReleased)
            if (TryComplete(id)) completed.Add(id);
        foreach (var id in _cutUnanswered) TryComplete(id);
        _cutReleased.Clear();
        _cutUnanswered.Clear();
    }

    /// <summary>The commit of the last cut failed: its part joins the next.</summary>
    public void OnCommitFailed()
    {
        _released.InsertRange(0, _cutReleased);
        _cutReleased.Clear();
        _cutUnanswered.Clear();
    }

    /// <summary>A new connection: a PUBREL comes again, and so may a PUBLISH; pings say nothing of what was sent on the old one.</summary>
    public void Resume()
    {
        _released.Clear();
        _cutUnanswered.AddRange(_cutReleased);
        _cutReleased.Clear();
        _unconfirmed.Clear();
    }

    /// <summary>All redeliveries of this connection have come: what is completed and did not come again is confirmed by the next ping.</summary>
    public void OnRedelivered()
    {
        _unconfirmed.Clear();
        foreach (var (id, message) in _ids)
            if (message.State == State.Completed) Complete(id, message);
    }

    /// <summary>The broker has received every PUBCOMP up to <paramref name="mark"/>: takes one of their ids out; false when there is none.</summary>
    public bool TryConfirm(long mark, out ushort id)
    {
        while (_unconfirmed.TryPeek(out var next) && next.Completion <= mark)
        {
            _unconfirmed.Dequeue();
            id = next.Id;
            if (_ids.TryGetValue(id, out var message) && message.Completion == next.Completion && _ids.Remove(id)) return true;
        }

        id = 0;
        return false;
    }

    /// <summary>The broker has forgotten the session.</summary>
    public void Clear()
    {
        _ids.Clear();
        _released.Clear();
        _cutReleased.Clear();
        _cutUnanswered.Clear();
        _unconfirmed.Clear();
    }

    /// <summary>Writes the open ids.</summary>
    public void Write(StateWriter writer)
    {
        var open = 0UL;
        foreach (var message in _ids.Values)
            if (message.State == State.Open) open++;
        writer.Varint(open);
        foreach (var (id, message) in _ids)
            if (message.State == State.Open) writer.Varint(id);
    }

    bool TryComplete(ushort id)
    {
        if (!_ids.TryGetValue(id, out var message) || message.State != State.Released) return false; // a new message has taken the id
        Complete(id, message);
        return true;
    }

    void Complete(ushort id, Message message)
    {
        _ids[id] = message with { State = State.Completed, Completion = ++_completions };
        _unconfirmed.Enqueue((id, _completions));
    }
}
