using System.Numerics;
using EdgeAgent.Core.State;

namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>What is remembered of messages with consecutive numbers: packet ids, QoS, hashes, finished exchanges.</summary>
/// <remarks>
/// <para>Two forms. In detail: at most <see cref="MostInDetail"/> messages of any id and QoS. A run: QoS 1, consecutive packet ids, at most
/// <see cref="MostInARun"/>. Either keeps the hash of each message, or (a run always) one over all of them in order,
/// which proves only the whole.</para>
/// <para>Stored form: first number, count (LEB128); flags (1 listed ids, 2 hashes, 4 QoS 2); first id (LEB128), or all ids (u16 each);
/// with 4 two words of bits, QoS 2 and finished; all hashes (u64 each), or the one over them.</para>
/// </remarks>
sealed class MessagePiece
{
    /// <summary>Most messages in detail: the bits of a word.</summary>
    public const int MostInDetail = 64;

    /// <summary>Most messages of a run.</summary>
    public const int MostInARun = 8192;

    const byte ListsIds = 1, KeepsHashes = 2, HasQos2 = 4;
    const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    readonly ushort _firstId;
    ushort[]? _ids;
    ulong[]? _hashes;
    ulong _qos2;
    ulong _finished;

    MessagePiece(long first, ushort firstId, bool keepsHashes)
    {
        (First, _firstId) = (first, firstId);
        if (keepsHashes) _hashes = new ulong[MostInDetail];
    }

    /// <summary>Number of the first message.</summary>
    public long First { get; }

    /// <summary>Messages in it.</summary>
    public int Count { get; private set; }

    /// <summary>Number of the last message.</summary>
    public long Last => First + Count - 1;

    /// <summary>Unit of the state log, and whether its next cut takes it.</summary>
    public int Unit { get; set; }

    /// <inheritdoc cref="Unit"/>
    public bool IsDirty { get; set; }

    /// <summary>Whether each message's hash is kept.</summary>
    public bool HasHashes => _hashes is not null;

    /// <summary>Hash over the hashes of all messages in order; only where they are not kept one by one.</summary>
    public ulong Whole { get; private set; }

    /// <summary>Whether there are QoS 2 messages in it.</summary>
    public bool HasExchanges => _qos2 != 0;

    /// <summary>Whether some exchange of its QoS 2 messages is not over.</summary>
    public bool HasOpenExchanges => (_qos2 & ~_finished) != 0;

    /// <summary>A piece that begins with this message.</summary>
    public static MessagePiece Begin(long number, ushort id, int qos, ulong hash, bool keepsHash)
    {
        var piece = new MessagePiece(number, id, keepsHash);
        piece.TryAdd(id, qos, hash, keepsHash);
        return piece;
    }

    /// <summary>The packet id that follows <paramref name="id"/>.</summary>
    public static ushort Next(ushort id) => id == ushort.MaxValue ? (ushort)1 : (ushort)(id + 1);

    /// <summary>Folds one more hash into the hash over many.</summary>
    public static ulong Fold(ulong whole, ulong hash) => BitOperations.RotateLeft(whole ^ hash, 23) * Prime;

    /// <summary>Adds the message behind the last; false when another piece has to begin.</summary>
    public bool TryAdd(ushort id, int qos, ulong hash, bool keepsHash)
    {
        if (keepsHash != HasHashes) return false;
        var follows = Count == 0 || id == Next(IdAt(Count - 1));
        if (Count >= MostInDetail && (HasHashes || !follows || qos != 1 || _ids is not null || _qos2 != 0 || Count >= MostInARun))
            return false;
        if (!follows && _ids is null) ListIds();
        if (_ids is not null) _ids[Count] = id;
        if (qos == 2) _qos2 |= 1UL << Count;
        if (_hashes is not null) _hashes[Count] = hash;
        else Whole = Fold(Whole, hash);
        Count++;
        return true;
    }

    /// <summary>Packet id of a message.</summary>
    public ushort IdOf(long number) => IdAt((int)(number - First));

    /// <summary>QoS of a message: 1 or 2.</summary>
    public int QosOf(long number) => (_qos2 >> (int)(number - First) & 1) != 0 && number - First < MostInDetail ? 2 : 1;

    /// <summary>Whether a message has this QoS and, where its hash is kept, this hash.</summary>
    public bool Agrees(long number, int qos, ulong hash) => QosOf(number) == qos && (_hashes is null || _hashes[number - First] == hash);

    /// <summary>Whether a message has this QoS and surely this hash.</summary>
    public bool IsSurely(long number, int qos, ulong hash) => _hashes is not null && Agrees(number, qos, hash);

    /// <summary>The hashes kept one by one.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, _hashes is null ? 0 : Count);

    /// <summary>The latest number up to <paramref name="through"/> with this id, or 0.</summary>
    public long FindLatest(ushort id, long through)
    {
        var length = (int)(Math.Min(through, Last) - First) + 1;
        if (length <= 0) return 0;
        if (_ids is not null) return _ids.AsSpan(0, length).LastIndexOf(id) is >= 0 and var at ? First + at : 0;
        var ahead = id - _firstId;
        if (ahead < 0) ahead += ushort.MaxValue;
        return id != 0 && ahead < length ? First + ahead : 0;
    }

    /// <summary>The first number from <paramref name="from"/> on with this id, or 0.</summary>
    public long FindFirst(ushort id, long from)
    {
        var skipped = (int)(from - First);
        if (_ids is not null) return _ids.AsSpan(skipped, Count - skipped).IndexOf(id) is >= 0 and var at ? from + at : 0;
        return FindLatest(id, Last) is var only && only >= from ? only : 0;
    }

    /// <summary>A message came again under another id; only where hashes are kept.</summary>
    public void SetId(long number, ushort id)
    {
        var at = (int)(number - First);
        if (IdAt(at) == id) return;
        if (_ids is null) ListIds();
        _ids![at] = id;
    }

    /// <summary>Notes whether the exchange of a QoS 2 message is over.</summary>
    public void SetFinished(long number, bool finished)
    {
        var bit = 1UL << (int)(number - First);
        _finished = finished ? _finished | bit : _finished & ~bit;
    }

    /// <summary>Whether the exchange of a QoS 2 message is over.</summary>
    public bool IsFinished(long number) => (_finished >> (int)(number - First) & 1) != 0;

    /// <summary>Writes the stored form.</summary>
    public void Write(StateWriter writer)
    {
        writer.Varint((ulong)First);
        writer.Varint((ulong)Count);
        writer.Byte((byte)((_ids is null ? 0 : ListsIds) | (_hashes is null ? 0 : KeepsHashes) | (_qos2 == 0 ? 0 : HasQos2)));
        if (_ids is null) writer.Varint(_firstId);
        else
        {
            for (var i = 0; i < Count; i++)
            {
                writer.Byte((byte)_ids[i]);
                writer.Byte((byte)(_ids[i] >> 8));
            }
        }

        if (_qos2 != 0)
        {
            writer.Int64((long)_qos2);
            writer.Int64((long)_finished);
        }

        if (_hashes is null) writer.Int64((long)Whole);
        else
            for (var i = 0; i < Count; i++) writer.Int64((long)_hashes[i]);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is not that.</summary>
    public static MessagePiece? Read(ref StateReader reader)
    {
        if (!reader.TryVarint(out var first) || !reader.TryVarint(out var count) || !reader.TryByte(out var flags)) return null;
        if (first is 0 or > long.MaxValue / 2 || count is 0 or > MostInARun || (count > MostInDetail && flags != 0)) return null;
        var firstId = 0UL;
        if ((flags & ListsIds) == 0 && (!reader.TryVarint(out firstId) || firstId is 0 or > ushort.MaxValue)) return null;
        var piece = new MessagePiece((long)first, (ushort)firstId, (flags & KeepsHashes) != 0) { Count = (int)count };
        if ((flags & ListsIds) != 0)
        {
            piece._ids = new ushort[MostInDetail];
            for (var i = 0; i < piece.Count; i++)
            {
                if (!reader.TryByte(out var low) || !reader.TryByte(out var high)) return null;
                piece._ids[i] = (ushort)(low | high << 8);
            }
        }

        if ((flags & HasQos2) != 0)
        {
            if (!reader.TryInt64(out var qos2) || !reader.TryInt64(out var finished)) return null;
            (piece._qos2, piece._finished) = ((ulong)qos2, (ulong)finished);
        }

        for (var i = 0; i < (piece._hashes is null ? 1 : piece.Count); i++)
        {
            if (!reader.TryInt64(out var hash)) return null;
            if (piece._hashes is null) piece.Whole = (ulong)hash;
            else piece._hashes[i] = (ulong)hash;
        }

        return piece;
    }

    ushort IdAt(int at)
    {
        if (_ids is not null) return _ids[at];
        var id = _firstId + at;
        return (ushort)(id > ushort.MaxValue ? id - ushort.MaxValue : id);
    }

    void ListIds()
    {
        var ids = new ushort[MostInDetail];
        for (var i = 0; i < Count; i++) ids[i] = IdAt(i);
        _ids = ids;
    }
}
