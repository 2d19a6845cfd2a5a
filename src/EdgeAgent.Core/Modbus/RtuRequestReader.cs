namespace EdgeAgent.Core.Modbus;

/// <summary>Finds requests in the bytes a slave receives: for the simulator.</summary>
public static class RtuRequestReader
{
    /// <summary>Looks for the first sound request of functions 1–6, 15 and 16.</summary>
    /// <param name="bytes">What was received.</param>
    /// <param name="start">First byte of the frame (its unit id).</param>
    /// <param name="length">Length of the frame with its check; 0 when there is none yet.</param>
    /// <param name="drop">Bytes at the front that can never be part of a request.</param>
    public static bool TryFind(ReadOnlySpan<byte> bytes, out int start, out int length, out int drop)
    {
        drop = -1;
        for (start = 0; start < bytes.Length; start++)
        {
            var rest = bytes[start..];
            length = LengthOf(rest);
            if (length < 0) continue;
            if (length == 0 || length > rest.Length)
            {
                if (drop < 0) drop = start;
                continue;
            }

            if (!RtuCodec.IsSealed(rest[..length])) continue;
            drop = start;
            return true;
        }

        if (drop < 0) drop = bytes.Length;
        length = 0;
        return false;
    }

    // The length of the request that starts here, 0 when too little is seen, -1 when none can start here.
    static int LengthOf(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2) return 0;
        switch (rest[1])
        {
            case >= 1 and <= 6:
                return 8;
            case 15 or 16:
                return rest.Length < 7 ? 0 : rest[6] is 0 or > 246 ? -1 : 9 + rest[6];
            default:
                return -1;
        }
    }
}
