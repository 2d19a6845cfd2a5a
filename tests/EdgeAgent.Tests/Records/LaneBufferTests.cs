using System.Text;
using EdgeAgent.Core.Records;
using Xunit;

namespace EdgeAgent.Tests.Records;

public sealed class LaneBufferTests
{
    [Fact]
    public void Exact_bytes()
    {
        var lane = new LaneBuffer();
        Assert.True(lane.Append(RecordKind.Summary, 0x0102030405060708, "t", null, "id", "{}"u8));
        Assert.Equal("1800000001080706050403020101007" + "4FFFF02006964020000007B7D", Convert.ToHexString(lane.Bytes));
    }

    [Fact]
    public void What_goes_in_comes_out()
    {
        var random = new Random(1);
        var lane = new LaneBuffer();
        var rows = new List<(RecordKind, long, string, string?, string, string)>();
        for (var i = 0; i < 500; i++)
        {
            string Any(int most) => new('ä', random.Next(most));
            var row = ((RecordKind)random.Next(1, 5), random.NextInt64(), Any(20), random.Next(3) == 0 ? null : Any(3), Any(50), Any(2000));
            rows.Add(row);
            Assert.True(lane.Append(row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, Encoding.UTF8.GetBytes(row.Item6)));
        }

        Assert.Equal(500, lane.Count);
        Assert.Equal(rows, Read(lane.Bytes, out var isDamaged));
        Assert.False(isDamaged);
        lane.Clear();
        Assert.Equal((0, 0), (lane.Count, lane.Length));
    }

    [Fact]
    public void Texts_too_long_for_the_format_are_refused_whole()
    {
        var lane = new LaneBuffer();
        Assert.True(lane.Append(RecordKind.Alert, 1, new string('x', LaneBuffer.MaxTextBytes), null, "", []));
        var length = lane.Length;
        Assert.False(lane.Append(RecordKind.Alert, 1, new string('x', LaneBuffer.MaxTextBytes + 1), null, "", []));
        Assert.False(lane.Append(RecordKind.Alert, 1, "", new string('ä', 40_000), "", []));
        Assert.False(lane.Append(RecordKind.Alert, 1, "", null, new string('x', 70_000), []));
        Assert.Equal((1, length), (lane.Count, lane.Length));
        Assert.Single(Read(lane.Bytes, out _));
    }

    [Fact]
    public void Torn_at_every_byte_gives_the_whole_records_and_says_so()
    {
        var lane = new LaneBuffer();
        var ends = new List<int> { 0 };
        for (var i = 0; i < 4; i++)
        {
            lane.Append(RecordKind.Reading, i, "topic", i % 2 == 0 ? "key" : null, "id" + i, "payload"u8);
            ends.Add(lane.Length);
        }

        for (var n = 0; n <= lane.Length; n++)
        {
            var rows = Read(lane.Bytes[..n], out var isDamaged);
            Assert.Equal(ends.FindLastIndex(e => e <= n), rows.Count);
            Assert.Equal(!ends.Contains(n), isDamaged);
        }
    }

    [Fact]
    public void Any_bytes_at_all_end_the_walk_without_an_exception()
    {
        var random = new Random(2);
        var lane = new LaneBuffer();
        for (var i = 0; i < 5; i++) lane.Append(RecordKind.Summary, i, "topic", "key", "id", "payload"u8);
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = lane.Bytes[..random.Next(lane.Length)].ToArray();
            for (var k = random.Next(4); k > 0 && bytes.Length > 0; k--)
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? 255 : random.Next(256));
            Assert.True(Read(bytes, out _).Count <= 5);
        }
    }

    static List<(RecordKind, long, string, string?, string, string)> Read(ReadOnlySpan<byte> bytes, out bool isDamaged)
    {
        var rows = new List<(RecordKind, long, string, string?, string, string)>();
        var reader = new RecordReader(bytes);
        while (reader.Read())
        {
            rows.Add((reader.Kind, reader.TimeNs, Encoding.UTF8.GetString(reader.Topic),
                reader.HasKey ? Encoding.UTF8.GetString(reader.Key) : null,
                Encoding.UTF8.GetString(reader.Id), Encoding.UTF8.GetString(reader.Payload)));
        }

        isDamaged = reader.IsDamaged;
        return rows;
    }
}
