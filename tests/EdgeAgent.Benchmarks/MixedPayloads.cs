using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Benchmarks;

/// <summary>One reading (value, time in ms, two labels) as senders write it: members in different orders, with and without others beside
/// them; 50 to 90 bytes. Bytes stand as characters of Latin-1.</summary>
static class MixedPayloads
{
    /// <summary>JSON.</summary>
    public static string Json(int i, long time, string value)
    {
        string[] members = [$"\"site\":\"plant7\"", $"\"dev\":\"d{i % 1000:D3}\"", $"\"ts\":{time}", $"\"value\":{value}"];
        return $"{{{string.Join(',', Mixed(i, members, $"\"seq\":{i}", "\"unit\":\"C\""))}}}";
    }

    /// <summary>CBOR.</summary>
    public static string Cbor(int i, long time, double value)
    {
        string[] members = [Text("site") + Text("plant7"), Text("dev") + Text($"d{i % 1000:D3}"), $"{Text("ts")}\u001B{Big(time)}",
            $"{Text("value")}\u00FB{Big(BitConverter.DoubleToInt64Bits(value))}"];
        var mixed = Mixed(i, members, $"{Text("seq")}\u0019{(char)(i >> 8 & 255)}{(char)(i & 255)}", Text("unit") + Text("C"));
        return (char)(0xA0 + mixed.Length) + string.Concat(mixed);

        static string Text(string text) => (char)(0x60 + text.Length) + text;
    }

    /// <summary>MessagePack.</summary>
    public static string MessagePack(int i, long time, double value)
    {
        string[] members = [Text("site") + Text("plant7"), Text("dev") + Text($"d{i % 1000:D3}"), $"{Text("ts")}\u00CF{Big(time)}",
            $"{Text("value")}\u00CB{Big(BitConverter.DoubleToInt64Bits(value))}"];
        var mixed = Mixed(i, members, $"{Text("seq")}\u00CD{(char)(i >> 8 & 255)}{(char)(i & 255)}", Text("unit") + Text("C"));
        return (char)(0x80 + mixed.Length) + string.Concat(mixed);

        static string Text(string text) => (char)(0xA0 + text.Length) + text;
    }

    /// <summary>Line protocol.</summary>
    public static string Influx(int i, long time, string value) => (i % 4) switch
    {
        0 => $"temp,site=plant7,device=d{i % 1000:D3} value={value} {time}",
        1 => $"temp,device=d{i % 1000:D3},site=plant7 value={value} {time}\n",
        2 => $"temp,site=plant7,device=d{i % 1000:D3} state=\"ok\",value={value} {time}",
        _ => $"temp,site=plant7,device=d{i % 1000:D3} value={i}i,unit=\"C\" {time}",
    };

    static string[] Mixed(int i, string[] m, string seq, string unit) => (i % 4) switch
    {
        0 => m,
        1 => [m[2], m[3], m[1], m[0]],
        2 => [seq, m[0], m[1], unit, m[2], m[3]],
        _ => [m[1], m[0], m[3], m[2], unit],
    };

    static string Big(long bits) => Encoding.Latin1.GetString(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(bits)));
}
