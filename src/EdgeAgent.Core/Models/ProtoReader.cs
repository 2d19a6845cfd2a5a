namespace EdgeAgent.Core.Models;

/// <summary>Reads keys and lengths of protobuf messages; never throws.</summary>
static class ProtoReader
{
    /// <summary>The next field of a message; false when it is cut short or none.</summary>
    public static bool TryField(ref ReadOnlySpan<byte> rest, out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        field = 0;
        number = 0;
        bytes = default;
        if (!TryVarint(ref rest, out var key) || key >> 3 is 0 or > 1 << 20) return false;
        field = (int)(key >> 3);
        switch (key & 7)
        {
            case 0: return TryVarint(ref rest, out number);
            case 1: return TrySkip(ref rest, 8);
            case 5: return TrySkip(ref rest, 4);
            case 2:
                if (!TryVarint(ref rest, out var length) || length > (ulong)rest.Length) return false;
                bytes = rest[..(int)length];
                rest = rest[(int)length..];
                return true;
            default: return false;
        }
    }

    static bool TrySkip(ref ReadOnlySpan<byte> rest, int count)
    {
        if (rest.Length < count) return false;
        rest = rest[count..];
        return true;
    }

    static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
