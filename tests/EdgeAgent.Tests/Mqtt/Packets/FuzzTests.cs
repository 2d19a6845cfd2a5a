using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>Mutated packets: never an exception or a read outside the bytes given,
/// and what is accepted is written back to something that reads the same.</summary>
public sealed class FuzzTests
{
    const int Rounds = 1_200_000;

    [Fact]
    public void Survives_a_million_mutated_packets()
    {
        var random = new Random(20_261_122);
        var seeds = PacketBytesTests.Packets.Select(r => (Version: r.Data.Item1, Bytes: Hex.Bytes(r.Data.Item2))).ToArray();
        var again = new PacketBuffer(4096);
        var counts = new Dictionary<DecodeStatus, int>();
        for (var round = 0; round < Rounds; round++)
        {
            var (version, seed) = seeds[random.Next(seeds.Length)];
            if (random.Next(8) == 0) version = version == MqttVersion.V311 ? MqttVersion.V500 : MqttVersion.V311;
            // The array ends where the packet ends, so a read past it throws.
            var bytes = Mutate(seed, random);
            var status = Read(bytes, version, again);
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, status, out _)++;
            if (status == DecodeStatus.Ok && again.LengthBytes > 0 && bytes[0] >> 4 != (int)PacketType.Connect)
                Assert.Equal(DecodeStatus.Ok, Read(again.Written.ToArray(), version, new PacketBuffer()));
        }
        // The corpus must reach every verdict, or it tests nothing.
        foreach (var status in new[] { DecodeStatus.Ok, DecodeStatus.NeedMore, DecodeStatus.Malformed, DecodeStatus.ProtocolError,
            DecodeStatus.TooLarge })
            Assert.True(counts.GetValueOrDefault(status) > 500, $"{status}: {counts.GetValueOrDefault(status)}");
    }

    static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = seed.ToArray();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)0xFF; break;
                case 3: bytes = bytes[..Math.Max(1, at)]; break;
                case 4: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
                case 5: bytes = [.. bytes[..at], .. bytes[at..], .. bytes[at..]]; break;
            }
            // Half of the time the length is put right, so that the mutation reaches the fields.
            if (random.Next(2) == 0 && bytes.Length is > 1 and < 130) bytes[1] = (byte)(bytes.Length - 2);
        }
        return bytes;
    }

    static DecodeStatus Read(byte[] bytes, MqttVersion version, PacketBuffer again)
    {
        again.Clear();
        if (bytes[0] >> 4 == (int)PacketType.Publish)
        {
            var status = PublishPacket.TryRead(bytes, version, 200, out var publish);
            if (status != DecodeStatus.Ok) return status;
            publish.CheckTopic();
            foreach (var property in new PropertyBlock(publish.Properties)) Assert.False(property.IsDamaged);
            publish.WriteTo(again, version);
            return status;
        }
        var framed = PacketFrame.TryRead(bytes, 200, out var frame);
        if (framed != DecodeStatus.Ok) return framed;
        var exact = bytes[..frame.LengthBytes];
        return PacketWords.TryRead(exact, version, 200, out _, again);
    }
}
