using EdgeAgent.Network;
using EdgeAgent.Network.WebSockets;
using Xunit;

namespace EdgeAgent.Tests.Network.WebSockets;

public sealed class WebSocketTransportTests
{
    // RFC 6455 §5.7: a masked `Hello` has this mask.
    static WebSocketTransport Over(ScriptedTransport inner) => new(inner, new FrameWriter(masks =>
    {
        for (var i = 0; i < masks.Length; i++) masks[i] = (byte)(0x3D21FA37u >> (8 * (i % 4)));
    }));

    [Fact]
    public void What_is_sent_is_masked_as_the_standard_has_it()
    {
        var inner = new ScriptedTransport();
        Assert.True(Over(inner).TrySend("Hello"u8, out var sent));
        Assert.Equal(5, sent);
        Assert.Equal("828537FA213D7F9F4D5158", Hex.Of([.. inner.Sent]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(16 << 10)]
    [InlineData((16 << 10) + 1)]
    [InlineData(100_000)]
    public void A_peer_that_takes_any_few_bytes_gets_all_in_frames(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        foreach (var step in (int[])[1, 7, 4096, 1 << 20])
        {
            if (length / step > 20_000) continue;
            var inner = new ScriptedTransport { Room = 0 };
            var transport = Over(inner);
            for (var left = bytes.AsSpan(); !left.IsEmpty; inner.Room = step)
            {
                Assert.True(transport.TrySend(left, out var sent));
                left = left[sent..];
            }

            Assert.Equal(bytes, Unmask([.. inner.Sent]));
        }
    }

    [Fact]
    public void A_ping_is_answered_with_its_payload_even_between_what_is_sent()
    {
        var inner = new ScriptedTransport([0x89, 2, 1, 2, 0x82, 1, 9]) { Room = 4 };
        var transport = Over(inner);
        Assert.True(transport.TrySend(new byte[3], out var sent));
        Assert.Equal(0, sent);
        var room = new byte[100];
        Assert.Equal(FillResult.Data, transport.Receive(room, 0, out var count));
        Assert.Equal((1, 9), (count, room[0]));
        inner.Room = int.MaxValue;
        Assert.True(transport.TrySend(new byte[3], out sent));
        Assert.Equal(3, sent);
        // The frame that was begun, whole, then the pong.
        Assert.Equal("828337FA213D37FA218A8237FA213D36F8", Hex.Of([.. inner.Sent]));
    }

    [Fact]
    public void A_ping_with_nothing_to_send_is_answered_by_the_reader()
    {
        var inner = new ScriptedTransport([0x89, 0]);
        Assert.Equal(FillResult.Timeout, Over(inner).Receive(new byte[10], 0, out _));
        Assert.Equal("8A8037FA213D", Hex.Of([.. inner.Sent]));
    }

    [Fact]
    public void A_close_frame_comes_after_the_bytes_before_it_and_is_answered()
    {
        var inner = new ScriptedTransport([0x82, 1, 9, 0x88, 5, 0x03, 0xF0, (byte)'w', (byte)'h', (byte)'y']);
        var transport = Over(inner);
        Assert.Equal(FillResult.Data, transport.Receive(new byte[100], 0, out _));
        Assert.Equal(FillResult.Closed, transport.Receive(new byte[100], 0, out _));
        Assert.Equal("The server closed the WebSocket with code 1008: why.", transport.Error);
        Assert.Equal("888237FA213D340A", Hex.Of([.. inner.Sent]));
    }

    [Fact]
    public void A_broken_server_is_told_so_and_left()
    {
        var inner = new ScriptedTransport([0x81, 1, 65]);
        var transport = Over(inner);
        Assert.Equal(FillResult.Closed, transport.Receive(new byte[100], 0, out _));
        Assert.Equal("It broke the WebSocket protocol: text, where MQTT is bytes.", transport.Error);
        Assert.Equal("888237FA213D3410", Hex.Of([.. inner.Sent]));
    }

    [Fact]
    public void An_orderly_end_is_no_error()
    {
        var transport = Over(new ScriptedTransport([0x88, 2, 0x03, 0xE8]));
        Assert.Equal(FillResult.Closed, transport.Receive(new byte[100], 0, out _));
        Assert.Null(transport.Error);
        Assert.Equal(FillResult.Closed, Over(new ScriptedTransport { Closes = true }).Receive(new byte[100], 0, out _));
    }

    [Fact]
    public void Reading_and_sending_allocate_nothing()
    {
        var frames = Enumerable.Repeat((byte[])[0x82, 3, 1, 2, 3, 0x82, 1, 4], 2000).ToArray();
        var transport = new WebSocketTransport(new ScriptedTransport(frames) { Room = 0 }, new FrameWriter());
        var room = new byte[64];
        for (var i = 0; i < 10; i++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            transport.Receive(room, 0, out _);
            transport.TrySend(room, out _);
        }
    }

    static byte[] Unmask(ReadOnlySpan<byte> frames)
    {
        var all = new List<byte>();
        while (!frames.IsEmpty)
        {
            Assert.Equal(0x82, frames[0]);
            var (length, head) = frames[1] == 0xFE ? (frames[2] << 8 | frames[3], 4) : (frames[1] & 0x7F, 2);
            var mask = frames.Slice(head, 4);
            for (var i = 0; i < length; i++) all.Add((byte)(frames[head + 4 + i] ^ mask[i % 4]));
            frames = frames[(head + 4 + length)..];
        }

        return [.. all];
    }
}
