using System.IO.Compression;
using System.Text;
using EdgeAgent.Core.Formats;
using Xunit;

namespace EdgeAgent.Tests.Formats;

/// <summary>What the framework presses comes out as it was, within its bound, and a damaged one is refused.</summary>
public sealed class InflaterTests
{
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Undoes_what_the_framework_presses(CompressionLevel level)
    {
        var random = new Random(3);
        var inflater = new Inflater();
        var output = new byte[16];
        foreach (var size in (int[])[0, 1, 100, 5_000, 100_000])
            foreach (var letters in (int[])[1, 3, 40, 256])
            {
                var data = new byte[size];
                for (var i = 0; i < size; i++) data[i] = (byte)(i > 50 && random.Next(3) == 0 ? data[i - 50] : random.Next(letters));
                foreach (var pressed in (byte[][])[Press(data, s => new GZipStream(s, level)), Press(data, s => new ZLibStream(s, level))])
                {
                    // Of nothing the framework writes nothing at all.
                    if (pressed.Length == 0) continue;
                    Assert.Equal(-1, inflater.Inflate(pressed, ref output, 1 << 20, out var length));
                    Assert.Equal(data, output.AsSpan(0, length).ToArray());
                    if (size < 2) continue;
                    Assert.NotEqual(-1, inflater.Inflate(pressed, ref output, size - 1, out _));
                    Assert.NotEqual(-1, inflater.Inflate(pressed.AsSpan(0, pressed.Length - 1), ref output, 1 << 20, out _));
                    pressed[^1] ^= 1;
                    Assert.NotEqual(-1, inflater.Inflate(pressed, ref output, 1 << 20, out _));
                }
            }
    }

    [Fact]
    public void Members_follow_each_other()
    {
        byte[] two = [.. Press("one "u8.ToArray(), Gzip), .. Press("two"u8.ToArray(), Gzip)];
        var output = new byte[1];
        Assert.Equal(-1, new Inflater().Inflate(two, ref output, 100, out var length));
        Assert.Equal("one two", Encoding.ASCII.GetString(output, 0, length));

        static Stream Gzip(Stream to) => new GZipStream(to, CompressionLevel.Optimal);
    }

    static byte[] Press(byte[] data, Func<Stream, Stream> by)
    {
        using var bytes = new MemoryStream();
        using (var pressed = by(bytes)) pressed.Write(data);
        return bytes.ToArray();
    }
}
