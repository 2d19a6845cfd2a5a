using System.IO.Compression;
using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Cayenne;
using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Influx;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.KeyValue;
using EdgeAgent.Core.Formats.Lorawan;
using EdgeAgent.Core.Formats.MessagePack;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Formats.Protobuf;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Formats.Senml;
using EdgeAgent.Core.Formats.Sparkplug;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats;

/// <summary>Every format that a payload may be of: torn at each byte, damaged with a fixed seed, and large. No exception, and the next
/// payload gives what it gave before.</summary>
public sealed class FormatFuzz
{
    /// <summary>Damaged payloads a format; scripts/soak --fuzz has more.</summary>
    static readonly int Inputs =
        int.TryParse(Environment.GetEnvironmentVariable("EDGE_TEST_FUZZ_INPUTS"), out var inputs) ? inputs : 100_000;

    static readonly TimeSettings Seconds = new() { Path = "$.t", Unit = TimeUnit.Seconds };

    public static TheoryData<string, FormatSettings, string> Formats() => new()
    {
        { "json", Json with { Fields = [new() { Path = "$.v" }], Time = Seconds, LabelPaths = [new("d", "$.d", true)] },
            Hex("""{"t":1700000000,"d":"a\u0062","x":[null,{"y":"z"}],"v":21.37}""") },
        { "samples", Json with { Samples = "$.s", Fields = [new() { Path = "v" }],
            LabelPaths = [new("n", "n", true), new("g", "$.g", true)], Time = Seconds },
            Hex("""{"g":"x","t":1700000000,"s":[{"n":"a","v":1},{"n":"b","v":"2"}]}""") },
        { "wildcards", Json with { Fields = [new() { Path = "$.s.{k}[*].v" }], Time = Seconds },
            Hex("""{"t":1700000000,"s":{"a":[{"v":1},{"v":"2,5 kg"}],"b\u0062":[{"v":3}]}}""") },
        { "all", Json with { AllFields = true, Time = Seconds }, Hex("""{"t":1700000000,"a":{"b":[1,2.5,{"c\"":3}]},"n":NaN}""") },
        { "documents in texts", Json with { Fields = [new() { Path = "$.p.q.v" }] }, Hex("""{"p":"{\"q\":\"{\\\"v\\\":1}\"}"}""") },
        { "several documents", Json with { Fields = [new() { Path = "$.v" }] }, Hex("{\"v\":1}\n{\"v\":2}{\"v\":3}\0") },
        { "rows", Json with { Samples = "$.r", Columns = "$.c", Fields = [new() { Path = "b" }], LabelPaths = [new("a", "a", true)] },
            Hex("""{"c":["a","b"],"r":[["x",1],[null,2],["y"]]}""") },
        { "parallel", Json with { Fields = [new() { Path = "$.v[*]" }], Time = Seconds with { Path = "$.t[*]" } },
            Hex("""{"t":[1,2,3],"v":[1,2,3]}""") },
        { "cbor", new CborFormatSettings { Fields = [new() { Path = "$.v" }], LabelPaths = [new("d", "$.d", true)] },
            "A36164626431617619086661661BFFFFFFFFFFFFFFFF" },
        { "cbor all", new CborFormatSettings { AllFields = true }, "BF6161F94D606162C48221190866626363C1FB41DA915C3000000061649F0102FFFF" },
        { "msgpack", new MessagePackFormatSettings { AllFields = true, LabelPaths = [new("d", "$.d", true)] },
            "85A164A26431A176CB4035800000000000A16C93D0F6CD0102D1FF38A174D7FF00000000654FD3C0A16D8101C0" },
        { "senml", new SenmlFormatSettings { BaseLabel = "d", UnitLabel = "u" },
            Hex("""[{"bn":"urn:d:","bt":1700000000,"bu":"A","n":"v","v":1.5},{"n":"w","vb":true},{"n":"s","s":3}]""") },
        { "senml cbor", new SenmlFormatSettings(),
            "82A421656465763130 22FB41D954FC40000000 006174 02182A A2006161021902BC".Replace(" ", "") },
        { "influx", new InfluxFormatSettings(), Hex("m,a=b,c\\ d=e\\,f v=1.5,w=3i,x=\"t \\\" u\",y=t 1700000000000000000\n# c\nn z=4u\n") },
        { "key_value", new KeyValueFormatSettings { AllFields = true, LabelPaths = [new("u", "unit", true)] },
            Hex("T=21,5;H=40 unit=\"x y\"&n: 3 | a=b=c") },
        { "sparkplug", new SparkplugFormatSettings(), "0880A6D2BF0312130A0474656D701880A6D2BF032009650000AC41" },
        { "lorawan", new LorawanFormatSettings { Uplinks = [new() { Port = 2, Fields = [Word] }, new() { IsCayenne = true }],
            TakesSignal = true },
            Hex("""{"time":"2023-11-14T22:13:20Z","deviceInfo":{"devEui":"a"},"fPort":3,"data":"AWcA1wKIAQIDBAUGBwgJ","""
                + """ "rxInfo":[{"rssi":-7}]}""") },
        { "cayenne", new CayenneFormatSettings(), "016700D70288010203040506070809036850" },
        { "base64", new BinaryFormatSettings { Fields = [Word], Encoding = PayloadEncoding.Base64 }, Hex("ANcB") },
        { "hex", new BinaryFormatSettings { Fields = [Word], Encoding = PayloadEncoding.Hex }, Hex("00:D7 01") },
        { "gzip", Json with { Fields = [new() { Path = "$.v" }], Encoding = PayloadEncoding.Gzip },
            Pressed(s => new GZipStream(s, CompressionLevel.Optimal)) },
        { "zlib", Json with { Fields = [new() { Path = "$.v" }], Encoding = PayloadEncoding.Zlib },
            Pressed(s => new ZLibStream(s, CompressionLevel.Fastest)) },
        { "protobuf", new ProtobufFormatSettings
            {
                Samples = "2", Fields = [new() { Path = "1", Metric = "a" }, new() { Path = "2.1", Metric = "b", Optional = true }],
                Types = [ProtobufType.Zigzag, ProtobufType.Auto],
                    Time = new() { Path = "1", Unit = TimeUnit.Seconds, OnMissing = MissingTimePolicy.Arrival },
            }, "0880E2CFAA06120D0803120909000000000000F03F12020805" },
        { "protobuf packed", new ProtobufFormatSettings
            {
                Packing = ProtobufPacking.Varint, Fields = [new() { Path = "2.1", Metric = "a" }], Types = [ProtobufType.Zigzag],
                LabelPaths = [new("u", "4", true)],
                Time = new() { Path = "1", Unit = TimeUnit.Seconds, OnMissing = MissingTimePolicy.Arrival, Rate = "3" },
            }, "0880E2CFAA0612070A030DD8040805180A220178" },
        { "regex", new PatternFormatSettings
            {
                Pattern = "(?<at>[0-9T:-]+) (?<d>\\w+) (?<v>on|off|[0-9.,]+)( (?<w>-?[0-9]+))?",
                Fields = [new("v", "v"), new("w", "w")], States = new Dictionary<string, double> { ["on"] = 1, ["off"] = 0 },
                LabelPaths = [new("device", "d")], Time = new() { Path = "at", Unit = TimeUnit.Iso8601 },
            }, Hex("2026-07-01T12:00:00 d1 on -7") },
        { "csv", new CsvFormatSettings { HasHeader = true, Fields = [new() { Path = "v" }], LabelPaths = [new("d", "d", true)] },
            Hex("d,v,\"w \"\"x\"\n1,2.5,\n\"a\"\"b\",3,4\r\n") },
        { "nmea0183", new NmeaFormatSettings { Fields = NmeaStandard.Fields, NeedCheck = false, GnssTime = true },
            Hex("$SDDPT,2.3,0.5\n$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n$WIMWV,214.8,R,0.1,K,A\r\n") },
        { "binary", new BinaryFormatSettings { Fields = [Word, Word with { Metric = "x", Offset = 2, Type = BinaryType.F64 }] },
            "00D7405EDD2F1A9FBE77" },
        { "number", new NumberFormatSettings(), Hex("-  1 234,5 kWh/m2") },
        { "times", Json with { Fields = [new() { Path = "$.v" }], Time = new()
            { Path = "$.t", Date = "$.d", Formats = ["dd.MM.yyyy HH:mm:ssfz", "yyyy-MM-dd h:mm tt", "ddd, d MMM yy HH:mm z"],
                Unit = TimeUnit.Formatted } },
            Hex("""{"d":"14.11.2023","t":"22:13:20.5+01:00","v":1}""") },
    };

    static JsonFormatSettings Json => new();

    static BinaryField Word => new() { Metric = "w", Offset = 0, Type = BinaryType.I16, Scale = new(0.1, 0) };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Torn_and_damaged_payloads_harm_nothing_after_them(string name, FormatSettings format, string hex)
    {
        var good = Convert.FromHexString(hex);
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s/{device}", Decode = format });
        var expected = Good(run, format, good);
        Assert.Contains("|", expected);
        for (var length = 0; length < good.Length; length++) run.DecodeOnly("s/torn"u8, good.AsSpan(0, length));
        var random = new Random(19 + name.Length);
        var bytes = new List<byte>();
        for (var i = 0; i < Inputs; i++)
        {
            bytes.Clear();
            bytes.AddRange(good);
            for (var n = random.Next(1, 6); n > 0 && bytes.Count > 0; n--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(5))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 2: bytes.RemoveRange(at, random.Next(Math.Min(8, bytes.Count - at) + 1)); break;
                    case 3: bytes.Insert(at, good[random.Next(good.Length)]); break;
                    default: bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(16, bytes.Count - at) + 1))); break;
                }
            }

            run.DecodeOnly("s/damaged"u8, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
            if (i % 5_000 == 0) Assert.Equal(expected, Good(run, format, good));
        }

        Assert.Equal(expected, Good(run, format, good));
    }

    public static TheoryData<string, FormatSettings, string, string, string> Large() => new()
    {
        { "array", Json with { Fields = [new() { Path = "$.v[*]" }], Time = Seconds with { Path = "$.t[*]" } }, "{\"t\":[1],\"v\":[", "1,",
            "1]}" },
        { "keys", Json with { Fields = [new() { Path = "$.{k}.v" }] }, "{", "\"a\":{\"v\":1},", "\"b\":{\"v\":2}}" },
        { "all", Json with { AllFields = true }, "[", "1,", "2]" },
        { "documents", Json with { Fields = [new() { Path = "$.v" }] }, "", "{\"v\":1}\n", "" },
        { "nested texts", Json with { Fields = [new() { Path = "$.p.v" }] }, "{\"p\":\"{", "\\\"a\\\":1,", "\\\"v\\\":1}\"}" },
        { "backslashes", Json with { Fields = [new() { Path = "$.p.v" }] }, "{\"p\":\"{", "\\\\", "}\"}" },
        { "open", Json with { Fields = [new() { Path = "$.{k}.v" }] }, "", "[", "" },
        { "pairs", new KeyValueFormatSettings { AllFields = true }, "", "a=1;", "" },
        { "signs", new KeyValueFormatSettings { AllFields = true }, "", "1=", "" },
        { "blanks", new KeyValueFormatSettings { AllFields = true }, "a=", " ", "=" },
        { "lines", new InfluxFormatSettings(), "", "m,a=b v=1 1\n", "" },
        { "one line", new InfluxFormatSettings(), "m v=1", ",v=1", " 1" },
        { "tags", new InfluxFormatSettings(), "m", ",a=b", " v=1 1" },
        { "broken lines", new InfluxFormatSettings(), "", "x\n", "" },
        { "records", new SenmlFormatSettings(), "[{\"n\":\"a\",\"v\":1}", ",{\"n\":\"a\",\"v\":1}", "]" },
        { "digits", new NumberFormatSettings(), "1", " 234", "" },
        { "hex", new BinaryFormatSettings { Fields = [Word], Encoding = PayloadEncoding.Hex }, "", "00 ", "" },
        { "labels beside many keys", Json with { Samples = "$.r", Fields = [new() { Path = "v" }], LabelPaths = [new("d", "$.d", true)],
            Time = new()
            {
                Path = "$.t", Unit = TimeUnit.Seconds, Spacing = TimeSpan.FromMilliseconds(1), OnMissing = MissingTimePolicy.Arrival,
            } },
            "{\"r\":[{}", ",{\"v\":1}", "],\"k\":[{\"a\":1}]}" },
        { "blanks after documents", Json with { Fields = [new() { Path = "$.{k}.v" }] }, "{}", "{} ", "" },
        { "backslash lines", new InfluxFormatSettings(), "", "m\\\n", "" },
        { "backslash tags", new InfluxFormatSettings(), "", "m,a\\\n", "" },
        { "open texts", new InfluxFormatSettings(), "", "m a=\"\n", "" },
        { "csv quotes", new CsvFormatSettings { Columns = ["a", "b"], Fields = [new() { Path = "b" }] }, "1,\"", "\"\"", "\"" },
        { "csv lines", new CsvFormatSettings { Columns = ["a", "b"], Fields = [new() { Path = "b" }] }, "", "1,2\n", "" },
        { "regex", new PatternFormatSettings { Pattern = "(a|b)*(?<v>[0-9]+)(c|d)*$", Fields = [new("v", "v")] }, "", "ab1", "" },
        { "padding", new BinaryFormatSettings { Fields = [Word], Encoding = PayloadEncoding.Base64 }, "AAAA", "=", "A" },
    };

    /// <summary>A megabyte of each: what takes time in proportion to its square takes minutes here.</summary>
    [Theory]
    [MemberData(nameof(Large))]
    public void A_megabyte_takes_no_longer_than_it_has_to(string name, FormatSettings format, string start, string middle, string end)
    {
        _ = name;
        var payload = new StringBuilder(start);
        while (payload.Length < 1 << 20) payload.Append(middle);
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s/{device}", Decode = format });
        for (var i = 0; i < 2; i++) run.DecodeOnly("s/large"u8, Encoding.UTF8.GetBytes(payload.Append(end).ToString()));
        run.DecodeOnly("s/large"u8, Encoding.UTF8.GetBytes(payload.ToString()));
    }

    /// <summary>Shapes whose parts could each be looked for in the whole: many rows beside many columns or members, many samples of a
    /// protobuf message beside many fields. At half a megabyte of each, a look a part takes minutes.</summary>
    [Fact]
    public void What_stands_once_is_looked_for_once()
    {
        const int Many = 100_000;
        var rows = Json with { Samples = "$.r", Columns = "$.c", Fields = [new() { Path = "z" }], LabelPaths = [new("a", "a", true)] };
        Run(rows, Encoding.UTF8.GetBytes($"{{\"c\":[{Repeat("\"b\",")}\"z\"],\"r\":[{Repeat("[],")}[]]}}"));
        var labels = Json with { Fields = [new() { Path = "$.r.*.v" }], LabelPaths = [new("d", "$.d", true)] };
        Run(labels, Encoding.UTF8.GetBytes($"{{\"r\":[{Repeat("{},")}{{\"v\":1}}],{Repeat("\"k\":1,")}\"d\":\"x\"}}"));
        var entries = new ProtobufFormatSettings
        {
            Samples = "2", Fields = [new() { Path = "1", Metric = "a", Optional = true }], Types = [ProtobufType.Auto],
            Time = new() { Path = "9", Unit = TimeUnit.Seconds, OnMissing = MissingTimePolicy.Arrival },
            LabelPaths = [new("d", "/8", true)],
        };
        Run(entries, [.. Enumerable.Range(0, Many).SelectMany(_ => (byte[])[0x12, 0x02, 0x08, 0x01, 0x18, 0x01])]);
        Run(Json with { Fields = [new() { Path = "$.v.*" }] },
            Encoding.UTF8.GetBytes(Repeat("{\"v\":[1]}") + new string(' ', Many) + "\0"));

        static string Repeat(string text) => new StringBuilder().Insert(0, text, Many).ToString();

        static void Run(FormatSettings format, byte[] payload) =>
            new DecodeRun(new SubscriptionSettings { Topic = "s/{device}", Decode = format }).DecodeOnly("s/large"u8, payload);
    }

    /// <summary>Uplinks are the same for ten minutes: each good one is sent as that of another device.</summary>
    static string Good(DecodeRun run, FormatSettings format, byte[] payload)
    {
        if (format is not LorawanFormatSettings) return run.Decode("s/good"u8, payload);
        var fresh = new DecodeRun(new SubscriptionSettings { Topic = "s/{device}", Decode = format });
        return fresh.Decode("s/good"u8, payload);
    }

    static string Pressed(Func<Stream, Stream> by)
    {
        using var bytes = new MemoryStream();
        using (var pressed = by(bytes))
            for (var i = 0; i < 40; i++)
                pressed.Write(Encoding.UTF8.GetBytes($"{{\"v\":{i * 37 % 101},\"text\":\"a text that comes again\"}}\n"));
        return Convert.ToHexString(bytes.ToArray());
    }

    static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
