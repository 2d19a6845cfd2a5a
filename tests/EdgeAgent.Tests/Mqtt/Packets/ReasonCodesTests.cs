using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

public sealed class ReasonCodesTests
{
    /// <summary>The lists of §3.2.2.2, 3.4.2.1, 3.5.2.1, 3.6.2.1, 3.7.2.1, 3.9.3, 3.11.3, 3.14.2.1 and 3.15.2.1 of MQTT 5.0.</summary>
    [Theory]
    [InlineData(PacketType.ConnAck, "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F")]
    [InlineData(PacketType.PubAck, "00 10 80 83 87 90 91 97 99")]
    [InlineData(PacketType.PubRec, "00 10 80 83 87 90 91 97 99")]
    [InlineData(PacketType.PubRel, "00 92")]
    [InlineData(PacketType.PubComp, "00 92")]
    [InlineData(PacketType.SubAck, "00 01 02 80 83 87 8F 91 97 9E A1 A2")]
    [InlineData(PacketType.UnsubAck, "00 11 80 83 87 8F 91")]
    [InlineData(PacketType.Disconnect, "00 04 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2")]
    [InlineData(PacketType.Auth, "00 18 19")]
    public void Codes_stand_where_the_specification_lists_them(PacketType packet, string codes)
    {
        var listed = Hex.Bytes(codes);
        for (var code = 0; code < 256; code++)
            Assert.True(listed.Contains((byte)code) == ReasonCodes.IsDefined(packet, MqttVersion.V500, (byte)code), $"{packet} {code:X2}");
        foreach (var code in listed)
        {
            var text = ReasonCodes.Describe(packet, MqttVersion.V500, code);
            Assert.Equal(code, text.Code);
            Assert.DoesNotContain("0x", text.Name + text.Sentence);
            Assert.EndsWith(".", text.Sentence);
            Assert.True(code < 0x80 == text.Advice.Length is 0, $"{code:X2}");
        }
    }

    [Fact]
    public void Return_codes_of_3_1_1_have_their_own_words()
    {
        for (byte code = 0; code <= 5; code++)
            Assert.DoesNotContain("0x", ReasonCodes.Describe(PacketType.ConnAck, MqttVersion.V311, code).Sentence);
        Assert.Contains("user name or password", ReasonCodes.Describe(PacketType.ConnAck, MqttVersion.V311, 4).Sentence);
        Assert.Contains("0x06", ReasonCodes.Describe(PacketType.ConnAck, MqttVersion.V311, 6).Sentence);
        Assert.Contains("0xEE", ReasonCodes.Describe(PacketType.PubAck, MqttVersion.V500, 0xEE).Sentence);
    }
}
