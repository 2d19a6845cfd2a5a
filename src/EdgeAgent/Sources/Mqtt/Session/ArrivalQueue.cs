namespace EdgeAgent.Sources.Mqtt.Session;

/// <summary>Messages of one connection that wait for their acknowledgement, in arrival order, as spans of numbers.</summary>
sealed class ArrivalQueue
{
    readonly Queue<(long From, long Through)> _spans = [];
    (long From, long Through) _head = (1, 0);
    (long From, long Through) _tail = (1, 0);

    /// <summary>Messages that wait.</summary>
    public long Count { get; private set; }

    /// <summary>The number that is next to be acknowledged, or 0.</summary>
    public long Next => Count == 0 ? 0 : _head.From;

    /// <summary>A message arrived.</summary>
    public void Add(long number)
    {
        if (Count++ == 0) _head = (number, number);
        else if (_spans.Count == 0 && _tail.From > _tail.Through)
        {
            if (number == _head.Through + 1) _head.Through = number;
            else _tail = (number, number);
        }
        else if (number == _tail.Through + 1) _tail.Through = number;
        else
        {
            _spans.Enqueue(_tail);
            _tail = (number, number);
        }
    }

    /// <summary>The next one is acknowledged.</summary>
    public void Take()
    {
        Count--;
        if (_head.From++ < _head.Through) return;
        if (_spans.TryDequeue(out var next)) _head = next;
        else if (_tail.From <= _tail.Through) (_head, _tail) = (_tail, (1, 0));
    }

    /// <summary>The lowest waiting number above <paramref name="floor"/>, or <c>long.MaxValue</c>.</summary>
    public long LowestAbove(long floor)
    {
        if (Count == 0) return long.MaxValue;
        var lowest = Math.Min(Above(_head, floor), Above(_tail, floor));
        foreach (var span in _spans) lowest = Math.Min(lowest, Above(span, floor));
        return lowest;
    }

    /// <summary>A new connection.</summary>
    public void Clear()
    {
        _spans.Clear();
        _head = _tail = (1, 0);
        Count = 0;
    }

    static long Above((long From, long Through) span, long floor) =>
        span.From <= span.Through && span.Through > floor ? Math.Max(span.From, floor + 1) : long.MaxValue;
}
