using System.Text;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Tests.Lines;

/// <summary>Frames built by the written rules, apart from the framer's code.</summary>
static class FrameBytes
{
    /// <summary>A whole frame around <paramref name="payload"/>; letters stand for its bytes where a
    /// delimiter or start mark must not occur.</summary>
    public static byte[] Of(FrameSettings s, byte[] payload)
    {
        if (s.Kind == FrameKind.Delimiter) payload = [.. payload.Select(b => (byte)('a' + b % 26))];
        byte[] body = s.Kind switch
        {
            FrameKind.Length => [.. s.Start, (byte)payload.Length, .. payload],
            FrameKind.Fixed => [.. s.Start, .. payload.Concat(new byte[20]).Take(s.LengthBytes - s.Start.Length - s.CheckSizeBytes)],
            _ => [.. s.Start, .. payload],
        };
        var check = Checksum.Compute(s.Check, body.AsSpan(s.CheckFrom));
        var size = Checksum.SizeBytes(s.Check);
        var bytes = Enumerable.Range(0, size).Select(i => (byte)(check >> (8 * (s.CheckBigEndian ? size - 1 - i : i)))).ToArray();
        if (s.CheckHex) bytes = Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        if (s.CheckMark is { } mark) bytes = [mark, .. bytes];
        return [.. body, .. bytes, .. s.Kind == FrameKind.Delimiter ? s.Delimiter : []];
    }
}
