namespace EdgeAgent.Mqtt.Client;

/// <summary>Bytes read and not yet taken, in one array.</summary>
/// <remarks>
/// Invariant: 0 ≤ start ≤ end ≤ length. Nothing is moved while the buffer is empty; otherwise what is left (less than a packet,
/// once all packets were taken) goes to the front before a read. A packet larger than the array gets one of its own size;
/// the base array comes back when that much has not been needed for <see cref="QuietFills"/> reads. One thread.
/// </remarks>
sealed class ReceiveBuffer(int baseBytes)
{
    const int QuietFills = 64;

    readonly byte[] _base = new byte[baseBytes];
    byte[]? _large;
    int _start;
    int _end;
    int _neededBytes;
    int _quietFills;

    byte[] Current => _large ?? _base;

    /// <summary>Size of the array in use [bytes].</summary>
    public int CapacityBytes => Current.Length;

    public ReadOnlySpan<byte> Unread => Current.AsSpan(_start, _end - _start);

    /// <summary>Whether something was taken since the last read.</summary>
    public bool WasTaken => _start > 0;

    /// <summary>Says that the packet at the front is this long; the next read makes room for it.</summary>
    public void Need(int lengthBytes) => _neededBytes = lengthBytes;

    public void Consume(int lengthBytes) => _start += lengthBytes;

    /// <summary>Forgets what is unread. Spans handed out stay as they are.</summary>
    public void Drop() => _start = _end;

    /// <summary>Room for a read; empty only while whole packets that fill the array wait to be taken.</summary>
    public Span<byte> Prepare()
    {
        var left = _end - _start;
        if (_neededBytes > CapacityBytes) Grow();
        else if (_large != null && _neededBytes <= _base.Length && left <= _base.Length / 2 && ++_quietFills > QuietFills) ShrinkBack();
        else if (left == 0) _start = _end = 0;
        else if (_start > 0) MoveTo(Current);
        if (_neededBytes > _base.Length) _quietFills = 0;
        _neededBytes = 0;
        return Current.AsSpan(_end);
    }

    public void Commit(int lengthBytes) => _end += lengthBytes;

    void Grow()
    {
        var large = new byte[_neededBytes];
        MoveTo(large);
        _large = large;
    }

    void ShrinkBack()
    {
        MoveTo(_base);
        _large = null;
        _quietFills = 0;
    }

    void MoveTo(byte[] target)
    {
        var left = _end - _start;
        Buffer.BlockCopy(Current, _start, target, 0, left);
        _start = 0;
        _end = left;
    }
}
