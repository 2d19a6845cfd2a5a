using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

public sealed class PublishPacketTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public void Every_size_around_a_length_boundary_survives_the_trip(MqttVersion version)
    {
        var random = new Random(1);
        foreach (var boundary in new[] { 3, 127, 128, 16_383, 16_384, 65_540, 2_097_151, 2_097_152 })
        for (var qos = 0; qos <= 2; qos++)
        for (var payloadBytes = Math.Max(0, boundary - 12); payloadBytes < boundary + 3; payloadBytes++)
        {
            var payload = new byte[payloadBytes];
            random.NextBytes(payload);
            var buffer = new PacketBuffer();
            var written =
                new PublishPacket { Topic = "t/1"u8, Payload = payload, Qos = qos, PacketId = (ushort)(qos > 0 ? 7 : 0), Retain = true };
            written.WriteTo(buffer, version);

            Assert.Equal(buffer.LengthBytes, written.EncodedLength(version));
            Assert.Equal(DecodeStatus.Ok, PublishPacket.TryRead(buffer.Written, version, buffer.LengthBytes, out var read));
            Assert.Equal(buffer.LengthBytes, read.LengthBytes);
            Assert.True(read.Topic.SequenceEqual("t/1"u8));
            Assert.True(read.Payload.SequenceEqual(payload));
            Assert.True(read.Qos == qos && read.PacketId == written.PacketId && read.Retain && !read.Dup);
            Assert.Equal(DecodeStatus.TooLarge, PublishPacket.TryRead(buffer.Written, version, buffer.LengthBytes - 1, out _));
            Assert.Equal(DecodeStatus.NeedMore, PublishPacket.TryRead(buffer.Written[..^1], version, buffer.LengthBytes, out var torn));
            Assert.Equal(buffer.LengthBytes, torn.LengthBytes);
        }
    }

    [Fact]
    public void The_largest_topic_fits()
    {
        var topic = new byte[65_535];
        topic.AsSpan().Fill((byte)'t');
        var buffer = new PacketBuffer();
        new PublishPacket { Topic = topic }.WriteTo(buffer, MqttVersion.V311);
        Assert.Equal(DecodeStatus.Ok, PublishPacket.TryRead(buffer.Written, MqttVersion.V311, 1 << 20, out var read));
        Assert.True(read.Topic.SequenceEqual(topic) && read.Payload.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new PublishPacket { Topic = new byte[65_536] }.WriteTo(new PacketBuffer(), MqttVersion.V311));
    }

    [Theory]
    [InlineData("'plain/topic'", DecodeStatus.Ok)]
    [InlineData("'$SYS/uptime'", DecodeStatus.Ok)]
    [InlineData("'gruß/日本'", DecodeStatus.Ok)]
    [InlineData("EF BB BF 'bom'", DecodeStatus.Ok)]
    [InlineData("'a/+/b'", DecodeStatus.TopicNameInvalid)]
    [InlineData("'a/#'", DecodeStatus.TopicNameInvalid)]
    [InlineData("'a' 00 'b'", DecodeStatus.Malformed)]
    [InlineData("'a+' 00", DecodeStatus.Malformed)]
    [InlineData("'a' C3", DecodeStatus.Malformed)]
    [InlineData("C0 80", DecodeStatus.Malformed)]
    [InlineData("'+' FF", DecodeStatus.Malformed)]
    public void The_topic_is_judged_only_when_asked(string topicHex, DecodeStatus expected)
    {
        var topic = Hex.Bytes(topicHex);
        byte[] packet = [0x30, (byte)(topic.Length + 2), 0, (byte)topic.Length, .. topic];
        Assert.Equal(DecodeStatus.Ok, PublishPacket.TryRead(packet, MqttVersion.V311, 1000, out var read));
        Assert.Equal(expected, read.CheckTopic());
    }

    [Fact]
    public void An_alias_stands_for_the_topic_it_was_defined_with()
    {
        var aliases = new TopicAliases(2);
        Assert.Equal("a/b", Resolve("30 08 00 03 'a/b' 03 23 00 01", DecodeStatus.Ok));
        Assert.Equal("a/b", Resolve("30 06 00 00 03 23 00 01", DecodeStatus.Ok));
        Assert.Equal("c", Resolve("30 07 00 01 'c' 03 23 00 01", DecodeStatus.Ok));
        Assert.Equal("c", Resolve("30 06 00 00 03 23 00 01", DecodeStatus.Ok));
        Resolve("30 06 00 00 03 23 00 02", DecodeStatus.ProtocolError);
        Resolve("30 07 00 01 'c' 03 23 00 03", DecodeStatus.TopicAliasInvalid);
        Resolve("30 07 00 01 '+' 03 23 00 02", DecodeStatus.TopicNameInvalid);
        Resolve("30 06 00 00 03 23 00 02", DecodeStatus.ProtocolError);

        string Resolve(string hex, DecodeStatus expected)
        {
            var bytes = Hex.Bytes(hex);
            bytes[1] = (byte)(bytes.Length - 2);
            Assert.Equal(DecodeStatus.Ok, PublishPacket.TryRead(bytes, MqttVersion.V500, 1000, out var packet));
            Assert.Equal(expected, aliases.Resolve(ref packet));
            return Hex.Text(packet.Topic);
        }
    }

    [Fact]
    public void Many_acknowledgements_are_four_bytes_each()
    {
        var buffer = new PacketBuffer();
        AckPacket.WriteMany(buffer, PacketType.PubAck, [1, 0x1234]);
        AckPacket.WriteMany(buffer, PacketType.PubRel, [3]);
        Assert.Equal("400200014002123462020003", Hex.Of(buffer.Written));
    }
}
