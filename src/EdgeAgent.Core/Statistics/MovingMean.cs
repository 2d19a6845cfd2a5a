using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Statistics;

/// <summary>The mean of the newest <paramref name="depth"/> values. Holds 8 bytes a value; single-threaded.</summary>
/// <remarks>The sum is taken anew each time the ring comes round, so that rounding does not add up over months.</remarks>
public sealed class MovingMean(int depth)
{
    readonly double[] _ring = new double[depth];
    double _sum;
    int _next;

    /// <summary>Whether <c>depth</c> values were seen.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The mean; NaN until <see cref="IsFull"/>.</summary>
    public double Mean => IsFull ? _sum / depth : double.NaN;

    /// <summary>Takes a finite value.</summary>
    public void Add(double value)
    {
        _sum += value - _ring[_next];
        _ring[_next++] = value;
        if (_next < depth) return;
        (_next, IsFull, _sum) = (0, true, 0);
        foreach (var v in _ring) _sum += v;
    }

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Byte(IsFull ? (byte)1 : (byte)0);
        writer.Varint((ulong)_next);
        writer.Double(_sum);
        foreach (var value in _ring.AsSpan(0, IsFull ? depth : _next)) writer.Double(value);
    }

    /// <summary>Takes what <see cref="Write"/> wrote under the same depth; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        if (!reader.TryByte(out var full) || full > 1 || !reader.TryVarint(out var next) || next >= (ulong)depth
            || !reader.TryDouble(out _sum)) return false;
        (IsFull, _next) = (full == 1, (int)next);
        foreach (ref var value in _ring.AsSpan(0, IsFull ? depth : _next))
            if (!reader.TryDouble(out value)) return false;
        return true;
    }
}
