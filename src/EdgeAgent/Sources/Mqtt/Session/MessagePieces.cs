namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>The pieces of a session's log in order, without a hole, and how a message is found in them.</summary>
/// <remarks>Removed at the front, added at the back. A look at the piece looked at last, or the one behind it, costs no search.</remarks>
sealed class MessagePieces
{
    readonly List<MessagePiece> _pieces = [];
    int _head;   // pieces before it are removed
    int _cursor; // the piece last looked at

    /// <summary>Pieces.</summary>
    public int Count => _pieces.Count - _head;

    /// <summary>The oldest piece; only when there is one.</summary>
    public MessagePiece Oldest => _pieces[_head];

    /// <summary>The newest piece, or null.</summary>
    public MessagePiece? Newest => _pieces.Count > _head ? _pieces[^1] : null;

    /// <summary>All pieces.</summary>
    public ReadOnlySpan<MessagePiece> All => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pieces)[_head..];

    /// <summary>Adds one behind the newest.</summary>
    public void Add(MessagePiece piece) => _pieces.Add(piece);

    /// <summary>Adds one that is restored where it belongs; gives the one it takes the place of, or null.</summary>
    public MessagePiece? Restore(MessagePiece piece)
    {
        // The newest entry of a piece counts; a piece never changes its first number.
        var at = _pieces.FindLastIndex(p => p.First <= piece.First) + 1;
        if (at == 0 || _pieces[at - 1] is not { } older || older.First != piece.First)
        {
            _pieces.Insert(at, piece);
            return null;
        }

        _pieces[at - 1] = piece;
        return older;
    }

    /// <summary>Removes the oldest.</summary>
    public void RemoveOldest()
    {
        _head++;
        if (_head < 64 || _head < _pieces.Count / 2) return;
        _pieces.RemoveRange(0, _head);
        (_head, _cursor) = (0, 0);
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        _pieces.Clear();
        (_head, _cursor) = (0, 0);
    }

    /// <summary>The piece that holds a number of those remembered.</summary>
    public MessagePiece Of(long number)
    {
        if (_cursor >= _head && _cursor < _pieces.Count)
        {
            var last = _pieces[_cursor];
            if (number >= last.First && number <= last.Last) return last;
            if (number == last.Last + 1 && _cursor + 1 < _pieces.Count) return _pieces[++_cursor];
        }

        var (low, high) = (_head, _pieces.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_pieces[middle].First <= number) low = middle;
            else high = middle - 1;
        }

        return _pieces[_cursor = low];
    }

    /// <summary>The latest number of <paramref name="from"/> … <paramref name="through"/> with this id and QoS whose bytes agree as far as
    /// they are kept; 0 when there is none.</summary>
    public long FindLatest(ushort id, int qos, ulong hash, long from, long through)
    {
        for (var i = _pieces.Count - 1; i >= _head && _pieces[i].Last >= from; i--)
        {
            var piece = _pieces[i];
            for (var at = piece.FindLatest(id, through); at >= from; at = piece.FindLatest(id, at - 1))
                if (piece.Agrees(at, qos, hash)) return at;
        }

        return 0;
    }

    /// <summary>The first number of <paramref name="from"/> … <paramref name="through"/> with this id and QoS whose bytes agree as far as
    /// they are kept; 0 when there is none.</summary>
    public long FindNext(ushort id, int qos, ulong hash, long from, long through)
    {
        for (; from <= through; from++)
        {
            var piece = Of(from);
            from = piece.FindFirst(id, from);
            if (from == 0) from = piece.Last;
            else if (from <= through && piece.Agrees(from, qos, hash)) return from;
        }

        return 0;
    }

    /// <summary>The first number of <paramref name="from"/> … <paramref name="through"/> with this QoS and surely these bytes;
    /// 0 when there is none.</summary>
    public long FindBytes(int qos, ulong hash, long from, long through)
    {
        for (; from <= through; from++)
        {
            var piece = Of(from);
            var skipped = (int)(from - piece.First);
            var at = piece.HasHashes ? piece.Hashes[skipped..].IndexOf(hash) : -1;
            if (at < 0) from = piece.Last;
            else if ((from += at) <= through && piece.QosOf(from) == qos) return from;
        }

        return 0;
    }

    /// <summary>Whether a message from this number on has this packet id.</summary>
    public bool HasId(ushort id, long from)
    {
        for (var i = _pieces.Count - 1; i >= _head && _pieces[i].Last >= from; i--)
            if (_pieces[i].FindLatest(id, _pieces[i].Last) is > 0 and var at && at >= from) return true;
        return false;
    }

    /// <summary>Whether more than one of the remembered messages has these bytes.</summary>
    public bool HasTwice(ulong hash)
    {
        var found = 0;
        for (var i = _head; i < _pieces.Count && found < 2; i++) found += _pieces[i].Hashes.Count(hash);
        return found > 1;
    }

    /// <summary>Whether at least so many hashes are remembered, and all are different.</summary>
    public bool AllDiffer(int atLeast)
    {
        var known = 0;
        for (var i = _head; i < _pieces.Count; i++) known += _pieces[i].Hashes.Length;
        if (known < atLeast) return false;
        var all = new ulong[known];
        var n = 0;
        for (var i = _head; i < _pieces.Count; i++)
        {
            _pieces[i].Hashes.CopyTo(all.AsSpan(n));
            n += _pieces[i].Hashes.Length;
        }

        Array.Sort(all);
        for (var i = 1; i < n; i++)
            if (all[i] == all[i - 1]) return false;
        return true;
    }
}
