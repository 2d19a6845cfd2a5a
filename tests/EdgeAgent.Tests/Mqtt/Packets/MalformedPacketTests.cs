using EdgeAgent.Mqtt.Packets;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>What is wrong with a packet decides the reason code it is refused with.</summary>
public sealed class MalformedPacketTests
{
    const MqttVersion V3 = MqttVersion.V311, V5 = MqttVersion.V500;
    const DecodeStatus Bad = DecodeStatus.Malformed, Protocol = DecodeStatus.ProtocolError;

    public static TheoryData<string, MqttVersion, string, DecodeStatus> Corpus => new()
    {
        { "type 0", V5, "00 00", Bad },
        { "type 0, one byte", V5, "00", Bad },
        { "length of five bytes", V5, "30 80 80 80 80 01", Bad },
        { "length of four bytes, all continued", V5, "30 FF FF FF FF", Bad },
        { "length not in its shortest form", V5, "C0 80 00", Bad },
        { "length not in its shortest form, publish", V3, "30 85 00 00 01 'abc'", Bad },
        { "largest length", V5, "30 FF FF FF 7F", DecodeStatus.TooLarge },

        { "publish qos 3", V3, "36 05 00 01 'a' 00 01", Bad },
        { "publish qos 3, one byte", V5, "36", Bad },
        { "publish dup with qos 0", V3, "38 03 00 01 'a'", Bad },
        { "publish dup and retain with qos 0", V5, "39 04 00 01 'a' 00", Bad },
        { "publish id 0", V3, "32 05 00 01 'a' 00 00", Protocol },
        { "publish id 0 at qos 2", V5, "34 06 00 01 'a' 00 00 00", Protocol },
        { "publish id cut", V3, "32 04 00 01 'a' 00", Bad },
        { "publish without anything", V3, "30 00", Bad },
        { "publish with half a topic length", V3, "30 01 00", Bad },
        { "publish topic past the end", V3, "30 03 00 02 'a'", Bad },
        { "publish topic far past the end", V5, "30 05 FF FF 'abc'", Bad },
        { "publish empty topic", V3, "30 02 00 00", Protocol },
        { "publish empty topic with payload", V3, "30 04 00 00 'ab'", Protocol },
        { "publish empty topic without alias", V5, "30 03 00 00 00", Protocol },
        { "publish without properties", V5, "30 03 00 01 'a'", Bad },
        { "publish properties past the end", V5, "30 05 00 01 'a' 05 23", Bad },
        { "publish alias 0", V5, "30 07 00 01 'a' 03 23 00 00", DecodeStatus.TopicAliasInvalid },
        { "publish alias twice", V5, "30 0A 00 01 'a' 06 23 00 01 23 00 01", Protocol },
        { "publish unknown property", V5, "30 05 00 01 'a' 01 7F", Bad },
        { "publish property id in two bytes", V5, "30 06 00 01 'a' 02 81 01", Bad },
        { "publish property not for publish", V5, "30 09 00 01 'a' 05 11 00 00 00 01", Bad },
        { "publish property cut", V5, "30 06 00 01 'a' 02 23 00", Bad },
        { "publish payload format 2", V5, "30 06 00 01 'a' 02 01 02", Protocol },
        { "publish subscription identifier 0", V5, "30 06 00 01 'a' 02 0B 00", Protocol },
        { "publish response topic with wildcard", V5, "30 09 00 01 'a' 05 08 00 02 'a#'", DecodeStatus.TopicNameInvalid },
        { "publish content type not utf-8", V5, "30 08 00 01 'a' 04 03 00 01 FF", Bad },
        { "publish user property with null", V5, "30 0B 00 01 'a' 07 26 00 01 'k' 00 01 00", Bad },
        { "publish user property name not utf-8", V5, "30 0B 00 01 'a' 07 26 00 01 C0 00 01 'v'", Bad },

        { "puback id 0", V3, "40 02 00 00", Protocol },
        { "puback flags", V3, "41 02 00 01", Bad },
        { "puback empty", V5, "40 00", Bad },
        { "puback one byte", V5, "40 01 00", Bad },
        { "puback too long for 3.1.1", V3, "40 03 00 01 00", Bad },
        { "puback undefined code", V5, "40 03 00 01 92", Protocol },
        { "puback trailing", V5, "40 05 00 01 00 00 00", Bad },
        { "puback property not for it", V5, "40 07 00 01 00 03 21 00 01", Bad },
        { "pubrel flags 0", V3, "60 02 00 01", Bad },
        { "pubrel flags 3", V5, "63 02 00 01", Bad },
        { "pubrel undefined code", V5, "62 03 00 01 10", Protocol },
        { "pubcomp reason string twice", V5, "70 0C 00 01 00 08 1F 00 01 'a' 1F 00 01 'b'", Protocol },

        { "connect name", V5, "10 0F 00 04 'MQTt' 04 02 00 3C 00 03 'abc'", Protocol },
        { "connect mqtt 3.1", V5, "10 11 00 06 'MQIsdp' 03 02 00 3C 00 03 'abc'", Protocol },
        { "connect level 6", V5, "10 0F 00 04 'MQTT' 06 02 00 3C 00 03 'abc'", Protocol },
        { "connect reserved flag", V3, "10 0F 00 04 'MQTT' 04 03 00 3C 00 03 'abc'", Bad },
        { "connect will qos without will", V3, "10 0F 00 04 'MQTT' 04 0A 00 3C 00 03 'abc'", Bad },
        { "connect will retain without will", V3, "10 0F 00 04 'MQTT' 04 22 00 3C 00 03 'abc'", Bad },
        { "connect will qos 3", V3, "10 14 00 04 'MQTT' 04 1E 00 3C 00 03 'abc' 00 01 'w' 00 00", Bad },
        { "connect will topic with wildcard", V3, "10 15 00 04 'MQTT' 04 06 00 3C 00 03 'abc' 00 01 '+' 00 01 'x'",
        DecodeStatus.TopicNameInvalid },
        { "connect will property not for a will", V5, "10 19 00 04 'MQTT' 05 06 00 3C 00 00 03 'abc' 02 19 01 00 01 'w' 00 01 'x'", Bad },
        { "connect password without user in 3.1.1", V3, "10 12 00 04 'MQTT' 04 42 00 3C 00 03 'abc' 00 01 'p'", Bad },
        { "connect user missing", V3, "10 0F 00 04 'MQTT' 04 82 00 3C 00 03 'abc'", Bad },
        { "connect trailing", V3, "10 10 00 04 'MQTT' 04 02 00 3C 00 03 'abc' 00", Bad },
        { "connect no id without clean session", V3, "10 0C 00 04 'MQTT' 04 00 00 3C 00 00", Protocol },
        { "connect id not utf-8", V3, "10 0D 00 04 'MQTT' 04 02 00 3C 00 01 80", Bad },
        { "connect id with a surrogate", V3, "10 0F 00 04 'MQTT' 04 02 00 3C 00 03 ED A0 80", Bad },
        { "connect receive maximum 0", V5, "10 11 00 04 'MQTT' 05 02 00 3C 03 21 00 00 00 01 'a'", Protocol },
        { "connect packet size 0", V5, "10 13 00 04 'MQTT' 05 02 00 3C 05 27 00 00 00 00 00 01 'a'", Protocol },
        { "connect authentication data without method", V5, "10 12 00 04 'MQTT' 05 02 00 3C 04 16 00 01 'd' 00 01 'a'", Protocol },
        { "connect session expiry twice", V5, "10 18 00 04 'MQTT' 05 02 00 3C 0A 11 00 00 00 01 11 00 00 00 01 00 01 'a'", Protocol },

        { "connack flags", V3, "20 02 02 00", Bad },
        { "connack short", V3, "20 01 00", Bad },
        { "connack long", V3, "20 03 00 00 00", Bad },
        { "connack undefined code", V3, "20 02 00 06", Protocol },
        { "connack refuses but keeps a session", V3, "20 02 01 05", Protocol },
        { "connack undefined 5.0 code", V5, "20 03 00 01 00", Protocol },
        { "connack without properties", V5, "20 02 00 00", Bad },
        { "connack maximum qos 2", V5, "20 05 00 00 02 24 02", Protocol },

        { "subscribe flags", V3, "80 06 00 01 00 01 'a' 00", Bad },
        { "subscribe id 0", V3, "82 06 00 00 00 01 'a' 00", Protocol },
        { "subscribe no filter", V3, "82 02 00 01", Protocol },
        { "subscribe no options", V3, "82 05 00 01 00 01 'a'", Bad },
        { "subscribe qos 3", V3, "82 06 00 01 00 01 'a' 03", Bad },
        { "subscribe 5.0 options in 3.1.1", V3, "82 06 00 01 00 01 'a' 04", Bad },
        { "subscribe qos 3 in 5.0", V5, "82 07 00 01 00 00 01 'a' 03", Protocol },
        { "subscribe reserved options", V5, "82 07 00 01 00 00 01 'a' 40", Bad },
        { "subscribe retain handling 3", V5, "82 07 00 01 00 00 01 'a' 30", Protocol },
        { "subscribe no local and shared", V5, "82 10 00 01 00 00 0A '$share/g/a' 04", Protocol },
        { "subscribe filter not utf-8", V3, "82 06 00 01 00 01 FF 00", Bad },
        { "subscribe identifier twice", V5, "82 0B 00 01 04 0B 01 0B 02 00 01 'a' 00", Protocol },
        { "suback undefined code", V3, "90 03 00 01 03", Protocol },
        { "suback no code", V5, "90 03 00 01 00", Protocol },
        { "suback id 0", V3, "90 03 00 00 00", Protocol },
        { "unsubscribe no filter", V5, "A2 03 00 01 00", Protocol },
        { "unsubscribe filter cut", V3, "A2 05 00 01 00 02 'a'", Bad },
        { "unsuback with a code in 3.1.1", V3, "B0 03 00 01 00", Bad },
        { "unsuback undefined code", V5, "B0 04 00 01 00 01", Protocol },

        { "pingreq with a body", V3, "C0 01 00", Bad },
        { "pingresp flags", V5, "D1 00", Bad },
        { "disconnect with a body in 3.1.1", V3, "E0 01 00", Bad },
        { "disconnect undefined code", V5, "E0 01 01", Protocol },
        { "disconnect trailing", V5, "E0 03 00 00 00", Bad },
        { "auth in 3.1.1", V3, "F0 00", Bad },
        { "auth without a method", V5, "F0 01 18", Protocol },
        { "auth undefined code", V5, "F0 08 01 06 15 00 03 'abc'", Protocol },
    };

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Is_refused_with_its_reason(string what, MqttVersion version, string hex, DecodeStatus expected)
    {
        var status = PacketWords.TryRead(Hex.Bytes(hex), version, 1 << 20, out _, new PacketBuffer());
        Assert.True(status == expected, $"{what}: {status}, expected {expected}");
    }

    /// <summary>Table 2-4 once more, in the words of the specification: identifier, type, packets.</summary>
    const string Table = """
        01 byte PUBLISH WILL|02 four PUBLISH WILL|03 text PUBLISH WILL|08 text PUBLISH WILL|09 data PUBLISH WILL|0B var PUBLISH SUBSCRIBE
        11 four CONNECT CONNACK DISCONNECT|12 text CONNACK|13 two CONNACK|15 text CONNECT CONNACK AUTH|16 data CONNECT CONNACK AUTH
        17 byte CONNECT|18 four WILL|19 byte CONNECT|1A text CONNACK|1C text CONNACK DISCONNECT
        1F text CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH|21 two CONNECT CONNACK|22 two CONNECT CONNACK|23 two PUBLISH
        24 byte CONNACK|25 byte CONNACK
        26 pair CONNECT CONNACK PUBLISH WILL PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT AUTH
        27 four CONNECT CONNACK|28 byte CONNACK|29 byte CONNACK|2A byte CONNACK
        """;

    static readonly Dictionary<string, (string Before, string After)> Hosts = new()
    {
        ["CONNECT"] = ("10 00 04 'MQTT' 05 02 00 00", "00 01 'a'"),
        ["WILL"] = ("10 00 04 'MQTT' 05 06 00 00 00 00 01 'a'", "00 01 'w' 00 00"),
        ["CONNACK"] = ("20 00 00", ""),
        ["PUBLISH"] = ("30 00 01 'a'", "'x'"),
        ["PUBACK"] = ("40 00 01 00", ""),
        ["PUBREC"] = ("50 00 01 00", ""),
        ["PUBREL"] = ("62 00 01 00", ""),
        ["PUBCOMP"] = ("70 00 01 00", ""),
        ["SUBSCRIBE"] = ("82 00 01", "00 01 'a' 00"),
        ["SUBACK"] = ("90 00 01", "00"),
        ["UNSUBSCRIBE"] = ("A2 00 01", "00 01 'a'"),
        ["UNSUBACK"] = ("B0 00 01", "00"),
        ["DISCONNECT"] = ("E0 00", ""),
        ["AUTH"] = ("F0 18", ""),
    };

    [Fact]
    public void Every_property_stands_only_where_the_table_allows()
    {
        var rows = Table.Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(r => r.Split(' ')).ToDictionary(r => Convert.ToByte(r[0], 16));
        var allowed = 0;
        foreach (var (host, (before, after)) in Hosts)
        {
            for (var id = 0; id < 256; id++)
            {
                rows.TryGetValue((byte)id, out var row);
                var value = row?[1] switch { "byte" => "01", "two" => "00 01", "four" => "00 00 00 01", "var" => "01",
                    "pair" => "00 01 'k' 00 01 'v'", _ => "00 01 'x'" };
                var property = $"{id:X2} {value}";
                // Authentication data needs its method; AUTH always does.
                if (host == "AUTH" && id != 0x15 || id == 0x16 && host is "CONNECT" or "CONNACK") property = "15 00 01 'm' " + property;
                var isAllowed = row != null && row[2..].Contains(host);
                var status = Read(before, property, after);
                Assert.True(status == (isAllowed ? DecodeStatus.Ok : Bad), $"{host} with property {id:X2}: {status}");
                if (!isAllowed) continue;
                allowed++;
                var twice = Read(before, property + $"{id:X2} {value}", after);
                var repeats = id == 0x26 || id == 0x0B && host == "PUBLISH";
                Assert.True(twice == (repeats ? DecodeStatus.Ok : Protocol), $"{host} with property {id:X2} twice: {twice}");
            }
        }
        Assert.Equal(rows.Values.Sum(r => r.Length - 2), allowed);
    }

    static DecodeStatus Read(string before, string property, string after)
    {
        var properties = Hex.Bytes(property);
        var start = Hex.Bytes(before);
        byte[] body = [.. start[1..], (byte)properties.Length, .. properties, .. Hex.Bytes(after)];
        return PacketWords.TryRead([start[0], (byte)body.Length, .. body], V5, 1 << 20, out _, new PacketBuffer());
    }
}
