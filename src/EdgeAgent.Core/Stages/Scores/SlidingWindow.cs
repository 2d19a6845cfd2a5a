namespace EdgeAgent.Core.Stages.Scores;

/// <summary>The last N values of one series, always readable as one span from oldest to newest.</summary>
/// <remarks>
/// Every value is kept twice, N places apart, so the past is never moved: a push is two stores. Holds 16·N bytes.
/// Single-threaded.
/// </remarks>
public sealed class SlidingWindow(int length)
{
    readonly double[] _twice = new double[2 * length];
    int _next;

    /// <summary>N.</summary>
    public int Length => length;

    /// <summary>Values pushed so far, at most N.</summary>
    public int Count { get; private set; }

    /// <summary>Whether N values are there.</summary>
    public bool IsFull => Count == length;

    /// <summary>The values held, oldest first; valid until the next push.</summary>
    public ReadOnlySpan<double> Values => IsFull ? _twice.AsSpan(_next, length) : _twice.AsSpan(0, Count);

    /// <summary>Appends a value; the oldest goes when N are held.</summary>
    public void Push(double value)
    {
        _twice[_next] = value;
        _twice[_next + length] = value;
        _next = _next + 1 == length ? 0 : _next + 1;
        if (Count < length) Count++;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear() => (_next, Count) = (0, 0);
}
