using EdgeAgent.Fleets.Link;
using EdgeAgent.Network;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Link;

/// <summary>What a client of a bounded connection reads, and what it never has to hold.</summary>
public sealed class BoundedPacketsTests
{
    const int Most = 300;

    [Fact]
    public async Task Packets_within_the_bound_pass_as_they_are_wherever_reads_are_torn()
    {
        byte[] all =
        [
            .. Packet(0x20, 2), .. Packet(0x32, 0), .. Packet(0x32, 127), .. Packet(0x32, 128), .. Packet(0x32, Most), .. Packet(0xd0, 0),
        ];
        for (var most = 1; most <= all.Length; most += most < 20 ? 1 : 37)
        {
            var bytes = new LinkBytes();
            Assert.Equal(all, await ReadAll(new BoundedPackets(new CountedStream(new TornStream(all, most), bytes), Most), most));
            Assert.Equal(all.Length, bytes.In);
        }
    }

    [Fact]
    public async Task A_longer_message_is_cut_to_the_bound_and_what_follows_is_whole()
    {
        byte[] longer = Packet(0x33, 5_000), next = Packet(0x32, 20);
        byte[] expected = [0x33, .. Length(Most), .. longer.AsSpan(1 + Length(5_000).Length, Most), .. next];
        for (var most = 1; most <= 5_100; most += most < 20 ? 1 : 517)
            Assert.Equal(expected, await ReadAll(new BoundedPackets(new TornStream([.. longer, .. next], most), Most), most));
    }

    [Fact]
    public async Task A_huge_message_takes_no_memory()
    {
        const int Huge = 200_000_000;
        var stream = new BoundedPackets(new TornStream([0x32, .. Length(Huge)], 1 << 20, Huge), Most);
        var before = GC.GetTotalAllocatedBytes();
        var read = await ReadAll(stream, 4096);
        Assert.Equal(3 + Most, read.Length);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 50_000_000, "as much as the message was allocated");
    }

    [Theory]
    [InlineData(new byte[] { 0x90, 0xff, 0xff, 0x7f }, "no message")]
    [InlineData(new byte[] { 0x30, 0xff, 0xff, 0xff, 0xff, 0x01 }, "more than 4 bytes")]
    public async Task Any_other_long_packet_ends_the_connection(byte[] packet, string words)
    {
        var error = await Assert.ThrowsAsync<IOException>(() => ReadAll(new BoundedPackets(new TornStream(packet, 10), Most), 10));
        Assert.Contains(words, error.Message);
    }

    static byte[] Packet(byte first, int length) => [first, .. Length(length), .. Enumerable.Range(0, length).Select(i => (byte)i)];

    static byte[] Length(int length)
    {
        var bytes = new List<byte>();
        for (; length > 0x7f; length >>= 7) bytes.Add((byte)((length & 0x7f) | 0x80));
        return [.. bytes, (byte)length];
    }

    static async Task<byte[]> ReadAll(Stream stream, int most)
    {
        var (all, buffer) = (new MemoryStream(), new byte[most]);
        while (await stream.ReadAsync(buffer) is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    /// <summary>Gives at most so many bytes a read, then zeros.</summary>
    sealed class TornStream(byte[] bytes, int most, long zeros = 0) : MemoryStream(bytes)
    {
        long _zeros = zeros;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var part = buffer[..Math.Min(most, buffer.Length)];
            var count = Read(part.Span);
            if (count == 0 && _zeros > 0)
            {
                count = (int)Math.Min(part.Length, _zeros);
                part.Span[..count].Clear();
                _zeros -= count;
            }

            return ValueTask.FromResult(count);
        }
    }
}
