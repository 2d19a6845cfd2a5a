using System.Runtime.InteropServices;
using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>A state entry written as what differs from an earlier one of the same unit.</summary>
/// <remarks>
/// Tokens until the new entry is whole: bytes to copy from the base (LEB128), new bytes × 2 + 1 if the base goes on by another number of
/// bytes (LEB128, then that number), the new bytes. Finds fields that changed in place, and bytes that were put in or left out, as lists of
/// fixed-size items do. Pure; does not allocate; the result is never trusted without the checksum of the record it lies in.
/// </remarks>
static class EntryDiff
{
    const int SmallestCopy = 3;
    const int Probe = 8;
    const int LongestShift = 160;

    /// <summary>Appends the difference.</summary>
    public static void Write(ReadOnlySpan<byte> old, ReadOnlySpan<byte> next, StateWriter writer)
    {
        var (from, at) = (0, 0);
        while (at < next.Length)
        {
            var copy = old[Math.Min(from, old.Length)..].CommonPrefixLength(next[at..]);
            (from, at) = (from + copy, at + copy);
            var start = at;
            var skip = Differ(old, ref from, next, ref at);
            writer.Varint((ulong)copy);
            var length = at - start;
            writer.Varint((ulong)length << 1 | (skip == length ? 0u : 1u));
            if (skip != length) writer.Varint((ulong)skip);
            for (var i = start; i < at; i++) writer.Byte(next[i]);
        }
    }

    /// <summary>Rebuilds an entry of <paramref name="next"/>'s length; false when the tokens do not fit.</summary>
    public static bool TryApply(ReadOnlySpan<byte> old, ref StateReader reader, Span<byte> next)
    {
        var (from, at) = (0L, 0);
        while (at < next.Length)
        {
            if (!reader.TryVarint(out var copy) || !reader.TryVarint(out var token)) return false;
            var length = token >> 1;
            var skip = length;
            if ((token & 1) != 0 && !reader.TryVarint(out skip)) return false;
            if (copy > (ulong)(next.Length - at) || from + (long)copy > old.Length || length > (ulong)(next.Length - at) - copy
                || skip > int.MaxValue) return false;
            if (copy > 0) old.Slice((int)from, (int)copy).CopyTo(next[at..]);
            at += (int)copy;
            for (var i = 0UL; i < length; i++)
            {
                if (!reader.TryByte(out var value)) return false;
                next[at++] = value;
            }

            from += (long)copy + (long)skip;
        }

        return true;
    }

    /// <summary>Moves both past bytes that differ; returns how far the base moved.</summary>
    static int Differ(ReadOnlySpan<byte> old, ref int from, ReadOnlySpan<byte> next, ref int at)
    {
        var began = from;
        while (at < next.Length)
        {
            if (from >= old.Length)
            {
                at = next.Length;
                break;
            }

            if (next.Length - at != old.Length - from && TryShift(old, ref from, next, ref at)) break;
            if (old[from] == next[at] && IsWorthACopy(old[from..], next[at..])) break;
            (from, at) = (from + 1, at + 1);
        }

        return from - began;
    }

    static bool IsWorthACopy(ReadOnlySpan<byte> old, ReadOnlySpan<byte> next)
    {
        var most = Math.Min(SmallestCopy, Math.Min(old.Length, next.Length));
        return old[..most].SequenceEqual(next[..most]);
    }

    static bool TryShift(ReadOnlySpan<byte> old, ref int from, ReadOnlySpan<byte> next, ref int at)
    {
        var here = old[from..];
        var there = next[at..];
        if (here.Length < Probe || there.Length < Probe) return false;
        for (var shift = 1; shift <= LongestShift; shift++)
        {
            if (there.Length >= shift + Probe && Eight(here, 0) == Eight(there, shift))
            {
                at += shift;
                return true;
            }

            if (here.Length >= shift + Probe && Eight(here, shift) == Eight(there, 0))
            {
                from += shift;
                return true;
            }
        }

        return false;
    }

    static ulong Eight(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<ulong>(bytes[at..]);
}
