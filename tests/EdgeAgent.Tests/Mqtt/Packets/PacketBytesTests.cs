using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>Exact bytes of every packet type in both versions, read and written, and torn at every offset.</summary>
public sealed class PacketBytesTests
{
    const MqttVersion V3 = MqttVersion.V311, V5 = MqttVersion.V500;

    public static TheoryData<MqttVersion, string, string> Packets => new()
    {
        // CONNECT
        { V3, "10 0F 00 04 'MQTT' 04 02 00 3C 00 03 'abc'", "CONNECT v4 clean keep=60 id=abc" },
        { V3, "10 0C 00 04 'MQTT' 04 02 00 00 00 00", "CONNECT v4 clean keep=0 id=" },
        { V3, "10 1B 00 04 'MQTT' 04 F4 00 0A 00 02 'id' 00 01 'w' 00 02 'by' 00 01 'u' 00 01 00",
        "CONNECT v4 keep=10 id=id will(w q2 retain by) user=u password=00" },
        { V5, "10 10 00 04 'MQTT' 05 02 00 3C 00 00 03 'abc'", "CONNECT v5 clean keep=60 id=abc" },
        { V5, "10 27 00 04 'MQTT' 05 4E 00 1E 08 11 00 00 00 0A 21 00 14 00 02 'id' 05 18 00 00 00 05 00 01 'w' 00 02 'by' 00 01 70",
            "CONNECT v5 clean keep=30 id=id will(w q1 by {WillDelayInterval=5}) password=70 {SessionExpiryInterval=10 ReceiveMaximum=20}" },
        { V5, "10 45 00 04 'MQTT' 05 00 00 00 36 11 00 00 00 01 15 00 01 'm' 16 00 01 'd' 17 01 19 00 21 00 02 22 00 03 27 00 00 04 00 26 "
            + "00 01 'k' 00 01 'v' 26 00 01 'k' 00 01 'w' 26 00 03 'abc' 00 04 'defg' 00 02 'id'",
            "CONNECT v5 keep=0 id=id {SessionExpiryInterval=1 AuthenticationMethod=m AuthenticationData=d RequestProblemInformation=1 "
                + "RequestResponseInformation=0"
                + " ReceiveMaximum=2 TopicAliasMaximum=3 MaximumPacketSize=1024 UserProperty=k:v UserProperty=k:w UserProperty=abc:defg}" },

        // CONNACK
        { V3, "20 02 00 00", "CONNACK code=00" },
        { V3, "20 02 01 00", "CONNACK present code=00" },
        { V3, "20 02 00 05", "CONNACK code=05" },
        { V5, "20 03 00 00 00", "CONNACK code=00" },
        { V5, "20 03 00 9F 00", "CONNACK code=9F" },
        { V5, "20 35 01 00 32 11 00 00 00 0A 21 00 0A 24 01 25 00 27 00 00 10 00 12 00 02 'id' 22 00 05 1F 00 01 'r' 28 00 29 01 2A 00 13 "
            + "00 3C 1A 00 01 'i' 1C 00 01 's' 15 00 01 'm'",
            "CONNACK present code=00 {SessionExpiryInterval=10 ReceiveMaximum=10 MaximumQos=1 RetainAvailable=0 MaximumPacketSize=4096 "
                + "AssignedClientIdentifier=id"
                + " TopicAliasMaximum=5 ReasonString=r WildcardSubscriptionAvailable=0 SubscriptionIdentifierAvailable=1 "
                + "SharedSubscriptionAvailable=0 ServerKeepAlive=60"
                + " ResponseInformation=i ServerReference=s AuthenticationMethod=m}" },

        // PUBLISH
        { V3, "30 07 00 03 'a/b' 'hi'", "PUBLISH q0 id=0 topic=a/b alias=0 payload=hi" },
        { V3, "31 03 00 01 'a'", "PUBLISH q0 retain id=0 topic=a alias=0 payload=" },
        { V3, "32 09 00 03 'a/b' 00 0A 'hi'", "PUBLISH q1 id=10 topic=a/b alias=0 payload=hi" },
        { V3, "3D 07 00 03 'a/b' FF FF", "PUBLISH q2 dup retain id=65535 topic=a/b alias=0 payload=" },
        { V5, "30 08 00 03 'a/b' 00 'hi'", "PUBLISH q0 id=0 topic=a/b alias=0 payload=hi" },
        { V5, "34 08 00 01 'a' 00 01 00 'hi'", "PUBLISH q2 id=1 topic=a alias=0 payload=hi" },
        { V5, "30 08 00 00 03 23 00 07 'hi'", "PUBLISH q0 id=0 topic= alias=7 payload=hi {TopicAlias=7}" },
        { V5, "32 31 00 01 't' 00 02 2A 01 01 02 00 00 00 05 23 00 01 08 00 01 'r' 09 00 02 'cd' 26 00 01 'k' 00 01 'v' 26 00 01 'k' 00 01 "
            + "'v' 0B 01 0B 80 01 03 00 01 'c' 'p'",
            "PUBLISH q1 id=2 topic=t alias=1 payload=p {PayloadFormatIndicator=1 MessageExpiryInterval=5 TopicAlias=1 ResponseTopic=r "
                + "CorrelationData=cd UserProperty=k:v UserProperty=k:v"
                + " SubscriptionIdentifier=1 SubscriptionIdentifier=128 ContentType=c}" },

        // PUBACK, PUBREC, PUBREL, PUBCOMP
        { V3, "40 02 00 01", "PubAck id=1 code=00" },
        { V3, "50 02 00 02", "PubRec id=2 code=00" },
        { V3, "62 02 01 00", "PubRel id=256 code=00" },
        { V3, "70 02 FF FF", "PubComp id=65535 code=00" },
        { V5, "40 02 00 01", "PubAck id=1 code=00" },
        { V5, "40 03 00 01 10", "PubAck id=1 code=10" },
        { V5, "50 08 00 02 97 04 1F 00 01 'r'", "PubRec id=2 code=97 {ReasonString=r}" },
        { V5, "62 03 00 03 92", "PubRel id=3 code=92" },
        { V5, "62 02 00 03", "PubRel id=3 code=00" },
        { V5, "70 0B 00 04 00 07 26 00 01 'k' 00 01 'v'", "PubComp id=4 code=00 {UserProperty=k:v}" },

        // SUBSCRIBE, SUBACK
        { V3, "82 0E 00 0A 00 03 'a/b' 01 00 03 'c/#' 02", "SUBSCRIBE id=10 a/b:q1 rh0 c/#:q2 rh0" },
        { V5, "82 0B 00 0A 02 0B 05 00 03 '+/b' 2D", "SUBSCRIBE id=10 +/b:q1 nolocal rap rh2 {SubscriptionIdentifier=5}" },
        { V5, "82 12 00 0A 00 00 0C '$share/g/a/b' 11", "SUBSCRIBE id=10 $share/g/a/b:q1 rh1" },
        { V3, "90 05 00 0A 00 02 80", "SubAck id=10 codes=000280" },
        { V5, "90 06 00 0A 00 01 87 A2", "SubAck id=10 codes=0187A2" },
        { V5, "90 08 00 0A 04 1F 00 01 'r' 8F", "SubAck id=10 codes=8F {ReasonString=r}" },

        // UNSUBSCRIBE, UNSUBACK
        { V3, "A2 0A 00 0A 00 03 'a/b' 00 01 '#'", "UNSUBSCRIBE id=10 a/b #" },
        { V5, "A2 0B 00 0A 00 00 03 'a/b' 00 01 '#'", "UNSUBSCRIBE id=10 a/b #" },
        { V3, "B0 02 00 0A", "UnsubAck id=10 codes=" },
        { V5, "B0 05 00 0A 00 00 11", "UnsubAck id=10 codes=0011" },

        // PINGREQ, PINGRESP, DISCONNECT, AUTH
        { V3, "C0 00", "PingReq" },
        { V5, "C0 00", "PingReq" },
        { V3, "D0 00", "PingResp" },
        { V5, "D0 00", "PingResp" },
        { V3, "E0 00", "Disconnect code=00" },
        { V5, "E0 00", "Disconnect code=00" },
        { V5, "E0 01 04", "Disconnect code=04" },
        { V5, "E0 0B 9C 09 1C 00 06 'host:1'", "Disconnect code=9C {ServerReference=host:1}" },
        { V5, "E0 07 00 05 11 00 00 00 0A", "Disconnect code=00 {SessionExpiryInterval=10}" },
        { V5, "F0 00", "Auth code=00" },
        { V5, "F0 0C 18 0A 15 00 03 'abc' 16 00 01 'd'", "Auth code=18 {AuthenticationMethod=abc AuthenticationData=d}" },
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void Reads_and_writes_exact_bytes(MqttVersion version, string hex, string words)
    {
        var bytes = Hex.Bytes(hex);
        var again = new PacketBuffer();

        var status = PacketWords.TryRead(bytes, version, bytes.Length, out var read, again);

        Assert.Equal(DecodeStatus.Ok, status);
        Assert.Equal(words, read);
        Assert.Equal(Hex.Of(bytes), Hex.Of(again.Written));
    }

    [Theory]
    [MemberData(nameof(Packets))]
    public void Asks_for_more_at_every_torn_offset(MqttVersion version, string hex, string words)
    {
        var bytes = Hex.Bytes(hex);
        for (var length = 0; length < bytes.Length; length++)
        {
            // An array of just that size: a read past the end would throw.
            var status = PacketWords.TryRead(bytes.AsSpan(0, length).ToArray(), version, bytes.Length, out _, new PacketBuffer());
            Assert.True(status == DecodeStatus.NeedMore, $"{words}: {status} with {length} of {bytes.Length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Packets))]
    public void Refuses_one_byte_above_the_limit(MqttVersion version, string hex, string words)
    {
        var bytes = Hex.Bytes(hex);
        Assert.Equal(DecodeStatus.TooLarge, PacketWords.TryRead(bytes, version, bytes.Length - 1, out _, new PacketBuffer()));
        Assert.NotEmpty(words);
    }
}
