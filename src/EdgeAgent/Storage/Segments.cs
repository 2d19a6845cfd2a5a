using System.Buffers.Binary;

namespace EdgeAgent.Storage;

/// <summary>Cuts the records of one commit into segments.</summary>
static class Segments
{
    /// <summary>A segment takes no further record past this size, so that one read stays off the large-object heap.</summary>
    public const int TargetBytes = 64 << 10;

    /// <summary>What a segment or a rejected record costs against the bound besides its bytes.</summary>
    public const int OverheadBytes = 64;

    /// <summary>Takes the next segment off the front: as many whole records as fit <see cref="TargetBytes"/>, at least one.</summary>
    /// <remarks>Bytes that are not in the format of <c>LaneBuffer</c>, or hold another number of records than said,
    /// stay one segment.</remarks>
    public static ReadOnlySpan<byte> TakeFirst(ref ReadOnlySpan<byte> records, ref int count, out int taken)
    {
        var (at, n) = (0, 0);
        while (n < count && records.Length - at >= 4)
        {
            var end = at + 4L + BinaryPrimitives.ReadUInt32LittleEndian(records[at..]);
            if (end > records.Length || (n > 0 && end > TargetBytes)) break;
            (at, n) = ((int)end, n + 1);
        }

        var isWellFormed = n > 0 && (n == count) == (at == records.Length);
        if (!isWellFormed) (at, n) = (records.Length, count);
        var segment = records[..at];
        records = records[at..];
        count -= n;
        taken = n;
        return segment;
    }
}
