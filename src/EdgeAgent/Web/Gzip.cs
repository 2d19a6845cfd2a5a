using System.IO.Compression;

namespace EdgeAgent.Web;

/// <summary>Bodies, compressed.</summary>
static class Gzip
{
    /// <summary>Compresses <paramref name="bytes"/>.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
