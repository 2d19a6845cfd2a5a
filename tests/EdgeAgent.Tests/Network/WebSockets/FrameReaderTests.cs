using EdgeAgent.Network.WebSockets;
using Xunit;

namespace EdgeAgent.Tests.Network.WebSockets;

public sealed class FrameReaderTests
{
    // A message in two parts with a ping between them, an empty one, lengths of each form, a pong nobody asked for.
    static readonly byte[] s_stream =
    [
        0x02, 2, 1, 2, 0x89, 3, 7, 8, 9, 0x80, 1, 3, 0x82, 0, 0x8A, 1, 5,
        0x82, 126, 0, 200, .. Bytes(200), 0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, .. Bytes(65536), 0x82, 1, 4,
    ];

    static readonly byte[] s_payload = [1, 2, 3, .. Bytes(200), .. Bytes(65536), 4];

    [Fact]
    public void Frames_torn_anywhere_give_the_same_bytes_and_the_same_ping()
    {
        // In the long payload every place is like the next.
        for (var at = 0; at < s_stream.Length; at += at is > 300 and < 65_000 ? 997 : 1)
            Assert.Equal(s_payload, Read(at, s_stream.Length - at));
        Assert.Equal(s_payload, Read([.. Enumerable.Repeat(1, s_stream.Length)]));
    }

    static byte[] Read(params int[] parts)
    {
        var (reader, read, at) = (new FrameReader(), new List<byte>(), 0);
        foreach (var part in parts)
        {
            var bytes = s_stream.AsSpan(at, part).ToArray();
            read.AddRange(bytes[..reader.Take(bytes)]);
            at += part;
        }

        Assert.Null(reader.Failure);
        Assert.True(reader.IsPingDue);
        Assert.Equal("070809", Hex.Of(reader.Ping));
        return [.. read];
    }

    [Theory]
    [InlineData("C2 01 00", "a frame with reserved bits")]
    [InlineData("82 81 00 00 00 00 00", "a masked frame")]
    [InlineData("82 7F 80 00 00 00 00 00 00 00", "a length with its highest bit set")]
    [InlineData("02 01 00 82 01 00", "a new message inside another")]
    [InlineData("80 01 00", "the continuation of no message")]
    [InlineData("81 01 41", "text, where MQTT is bytes")]
    [InlineData("09 00", "a control frame in parts")]
    [InlineData("8A 7E 00 7E", "a control frame above 125 bytes")]
    [InlineData("83 00", "a frame of a kind that does not exist")]
    [InlineData("8B 00", "a frame of a kind that does not exist")]
    public void What_a_server_may_not_send_is_named_and_ends_it(string hex, string failure)
    {
        var (reader, bytes) = (new FrameReader(), Hex.Bytes(hex + "82 02 05 06"));
        Assert.InRange(reader.Take(bytes), 0, 1);
        Assert.Equal($"It broke the WebSocket protocol: {failure}.", reader.Failure);
        Assert.Equal(0, reader.Take([0x82, 1, 1]));
    }

    [Theory]
    [InlineData("88 00", 1005, "")]
    [InlineData("88 02 03 E8", 1000, "")]
    [InlineData("88 05 03 F0 'n' 0A 'o'", 1008, "n?o")]
    public void A_close_frame_ends_it_with_its_code(string hex, int code, string reason)
    {
        var (reader, bytes) = (new FrameReader(), Hex.Bytes("82 01 09" + hex + "82 01 0A"));
        Assert.Equal(1, reader.Take(bytes));
        Assert.True(reader.IsClosed);
        Assert.Equal((code, reason), (reader.CloseCode, reader.CloseReason));
    }

    [Fact]
    public void Any_bytes_are_survived_in_bounds()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var (reader, bytes) = (new FrameReader(), new byte[random.Next(1, 40)]);
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length;)
            {
                var part = bytes.AsSpan(at, random.Next(1, bytes.Length - at + 1));
                Assert.InRange(reader.Take(part), 0, part.Length);
                at += part.Length;
            }
        }
    }

    static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];
}
