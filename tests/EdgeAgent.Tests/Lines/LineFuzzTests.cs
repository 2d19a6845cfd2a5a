using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Lines;
using Xunit;

namespace EdgeAgent.Tests.Lines;

/// <summary>A million frames a framer and a decoder, fixed seed: rubbish and damaged frames before each good one,
/// torn in turn at every offset.</summary>
public sealed class LineFuzzTests
{
    const int Frames = 1_000_000;

    static FrameSettings Text(CheckKind check, bool bigEndian = true) =>
        new() { Start = "$"u8.ToArray(), Check = check, CheckHex = true, CheckBigEndian = bigEndian, CheckMark = (byte)'*', CheckFrom = 1 };

    static FrameSettings Sized(CheckKind check) =>
        new() { Kind = FrameKind.Length, Start = [0xA5, 0x5A], LengthOffset = 2, LengthAdds = 3
            + Checksum.SizeBytes(check), Check = check, CheckBigEndian = check != CheckKind.Crc16Modbus, MaxBytes = 64 };

    static FrameSettings Fixed(CheckKind check) =>
        new() { Kind = FrameKind.Fixed, LengthBytes = 12, Start = [0xFF, 0x01], Check = check, CheckFrom = 2 };

    public static TheoryData<string> Framers => [.. All.Keys];

    static readonly Dictionary<string, FrameSettings> All = new()
    {
        ["text, no check"] = new() { Start = "$"u8.ToArray() },
        ["text, xor"] = Text(CheckKind.Xor),
        ["text, sum"] = Text(CheckKind.Sum),
        ["text, crc16/modbus"] = Text(CheckKind.Crc16Modbus, bigEndian: false),
        ["text, crc16/ccitt"] = Text(CheckKind.Crc16Ccitt),
        ["text, crc32"] = Text(CheckKind.Crc32),
        ["length, crc16/modbus"] = Sized(CheckKind.Crc16Modbus),
        ["length, crc16/ccitt"] = Sized(CheckKind.Crc16Ccitt),
        ["length, crc32"] = Sized(CheckKind.Crc32),
        ["fixed, xor"] = Fixed(CheckKind.Xor),
        ["fixed, sum"] = Fixed(CheckKind.Sum),
        ["fixed, no check"] = Fixed(CheckKind.None),
    };

    [Theory, MemberData(nameof(Framers))]
    public void The_next_good_frame_is_found_after_anything(string name)
    {
        var settings = All[name];
        var random = new Random(20261124);
        var framer = new LineFramer(settings);
        var good = Enumerable.Range(0, 256).Select(i => Good(settings, random, 1 + i % 17)).ToArray();
        var payloads = good.Select(g => framer.TryRead(g) is { Found: true } f ? g[f.Payload]
            : throw new InvalidOperationException("the test made a bad frame")).ToArray();
        var line = new byte[256];
        var lost = 0;
        for (var i = 0; i < Frames; i++)
        {
            var at = Rubbish(random, line, good[random.Next(256)]);
            var (frame, payload) = (good[i & 255], payloads[i & 255]);
            frame.CopyTo(line, at);
            var end = at + frame.Length;
            var cut = at + i / 256 % (frame.Length + 1);

            // What comes up to the cut, what is left of it with the rest, then silence.
            var from = 0;
            var found = Take(framer, line.AsSpan(0, cut), ref from, payload, silent: false) | Take(framer, line.AsSpan(0, end), ref from,
                payload, silent: false);
            if (!found) found = Take(framer, line.AsSpan(0, end), ref from, payload, silent: true);
            Assert.True(from <= end);
            if (!found) lost++;
        }

        // The front of a frame takes the next one's bytes when they happen to fit its check; without a check they always fit.
        var most = settings.Kind == FrameKind.Delimiter ? 0
            : Checksum.SizeBytes(settings.Check) switch { 0 => Frames / 4, 1 => Frames / 1000, 2 => 30, _ => 0 };
        Assert.InRange(lost, 0, most);
    }

    // No frame ends as one begins: without its last byte it would be whole with the next one's first.
    static byte[] Good(FrameSettings settings, Random random, int payloadBytes)
    {
        while (true)
            if (FrameBytes.Of(settings, Bytes(random, payloadBytes)) is var frame && frame[^1] != settings.Start[0]) return frame;
    }

    static bool Take(LineFramer framer, ReadOnlySpan<byte> bytes, ref int from, byte[] wanted, bool silent)
    {
        var seen = false;
        while (true)
        {
            var rest = bytes[from..];
            var found = framer.TryRead(rest, silent);
            from += found.Consumed;
            if (!found.Found) return seen;
            seen |= rest[found.Payload].SequenceEqual(wanted);
        }
    }

    // Nothing, random bytes, a frame with a bit turned, or the front of a frame.
    static int Rubbish(Random random, byte[] line, byte[] frame)
    {
        switch (random.Next(6))
        {
            case 0:
                var n = random.Next(24);
                random.NextBytes(line.AsSpan(0, n));
                return n;
            case 1:
                frame.CopyTo(line, 0);
                line[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                return frame.Length;
            case 2:
                frame.CopyTo(line, 0);
                return random.Next(frame.Length);
            default:
                return 0;
        }
    }

    public static TheoryData<string> Protected => [.. All.Where(f => f.Value.Check != CheckKind.None).Select(f => f.Key)];

    [Theory, MemberData(nameof(Protected))]
    public void A_turned_bit_never_passes(string name)
    {
        var settings = All[name];
        var random = new Random(17);
        var framer = new LineFramer(settings);
        var good = Enumerable.Range(0, 64).Select(i => FrameBytes.Of(settings, Bytes(random, 1 + i % 17))).ToArray();
        var bytes = new byte[64];
        foreach (var frame in good)
            for (var bit = 0; bit < 8 * frame.Length; bit++)
                for (var cut = 0; cut <= frame.Length; cut++)
                {
                    frame.CopyTo(bytes, 0);
                    bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
                    var found = framer.TryRead(bytes.AsSpan(0, cut), silent: (bit + cut) % 2 == 0);
                    // A bit turned from one hexadecimal digit's case to the other says the same.
                    if (found.Found)
                        Assert.True(settings.CheckHex && bit % 8 == 5 && bit >= 8 * (frame.Length - 1 - settings.CheckSizeBytes),
                            $"bit {bit} of {Convert.ToHexString(frame)}");
                    Assert.InRange(found.Consumed, 0, cut);
                }
    }

    public static TheoryData<string> Decoders => ["nmea", "regex", "regex, simulated", "binary"];

    [Theory, MemberData(nameof(Decoders))]
    public void Damaged_payloads_never_throw_and_leave_the_next_one_as_it_is(string name)
    {
        var random = new Random(23);
        var (format, lines) = Format(name);
        var run = new LineRun(format);
        var expected = lines.Select(line =>
        {
            Assert.Equal(BadReason.None, run.Decode(line));
            return run.Readings;
        }).ToArray();
        var bytes = new byte[128];
        for (var i = 0; i < Frames; i++)
        {
            var line = lines[i % lines.Length];
            line.CopyTo(bytes, 0);
            for (var k = random.Next(4); k > 0; k--) bytes[random.Next(line.Length)] = (byte)random.Next(256);
            run.Decode(bytes.AsSpan(0, i / lines.Length % (line.Length + 1)));

            var next = (i + 1) % lines.Length;
            Assert.Equal(BadReason.None, run.Decode(lines[next]));
            var (series, values) = run.Readings;
            if (series.AsSpan().SequenceEqual(expected[next].Series) && values.AsSpan().SequenceEqual(expected[next].Values)) continue;
            Assert.Equal(expected[next], (series, values));
        }
    }

    static (FormatSettings Format, byte[][] Lines) Format(string name)
    {
        string[] text = name == "nmea"
            ? ["$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47",
                "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A", "$WIXDR,P,1.02481,B,Barometer,C,19.52,C,TempAir",
                "$SDDPT,2.3,0.5"]
            : name == "binary" ? ["\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000A\u000B\u000C\u000D\u000E\u000F\u0010"]
            : ["w=  12.25 kg, t=-4.5", "w=7,5 kg, t=100", "w=1e3 kg, t=0.1"];
        FormatSettings format = name switch
        {
            "nmea" => new NmeaFormatSettings
            {
                Fields = [.. NmeaStandard.Fields, new() { Sentence = "XDR", Transducer = "TempAir", Metric = "air_c" }],
                NeedCheck = false,
                GnssTime = true,
            },
            "binary" => new BinaryFormatSettings
            {
                Fields =
                [
                    new() { Metric = "a", Offset = 1, Type = BinaryType.I24 },
                    new() { Metric = "b", Offset = 4, Type = BinaryType.F32, BigEndian = false },
                    new() { Metric = "c", Offset = 8, Type = BinaryType.U64, FirstBit = 5, BitCount = 9 },
                ],
            },
            "regex" => Pattern("^w=\\s*(?<w>-?\\d+(?:[.,]\\d+)?(?:e\\d+)?) kg, t=(?<t>-?[\\d.]+)$", onePass: true),
            _ => Pattern("w=\\s*(?<w>.+?) kg, t=(?<t>.+)$", onePass: false),
        };
        return (format, [.. text.Select(Encoding.Latin1.GetBytes)]);
    }

    static PatternFormatSettings Pattern(string text, bool onePass)
    {
        Assert.Equal(onePass, BytePattern.TryParse(text, out _)!.IsOnePass);
        return new() { Pattern = text, Fields = [new("w", "w"), new("t", "t")] };
    }

    static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
