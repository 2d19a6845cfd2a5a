using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>Walks the entries of a state row: each is a LEB128 length and as many bytes.</summary>
/// <remarks>Spans point into the row. A malformed length ends the walk with <see cref="IsDamaged"/> set; never throws.</remarks>
public ref struct StateEntries(ReadOnlySpan<byte> row)
{
    StateReader _rest = new(row);

    /// <summary>True when the walk ended because a length was malformed or pointed past the row.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>The current entry, as a stage wrote it.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Moves to the next entry; false at the end or at damage.</summary>
    public bool Read()
    {
        if (IsDamaged || _rest.AtEnd) return false;
        IsDamaged = !_rest.TryBlob(out var entry);
        Current = entry;
        return !IsDamaged;
    }

    /// <summary>Bytes of a length.</summary>
    internal static int VarintBytes(uint value)
    {
        var n = 1;
        for (; value >= 0x80; value >>= 7) n++;
        return n;
    }
}
