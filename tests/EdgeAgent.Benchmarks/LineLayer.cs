using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Benchmarks;

/// <summary>Bytes of a line to readings: frame, check, decode. One message is one frame.</summary>
static class LineLayer
{
    const int Frames = 1000;
    const int Passes = 20;

    public static void Run()
    {
        var dollar = new FrameSettings { Start = "$"u8.ToArray() };
        var sized = new FrameSettings
        {
            Kind = FrameKind.Length,
            Start = [0xA5],
            LengthOffset = 1,
            LengthAdds = 4,
            Check = CheckKind.Crc16Modbus,
        };
        var binary = new BinaryFormatSettings
        {
            Fields =
            [
                new() { Metric = "a", Offset = 2, Type = BinaryType.U16, Scale = new(0.1, 0) },
                new() { Metric = "b", Offset = 4, Type = BinaryType.F32 },
            ],
        };
        Case("binary 12 bytes, crc16", sized, binary, Binary);
        Case("nmea DPT", dollar, Sentences("DPT"), i => Nmea($"SDDPT,{i % 100}.5,0.2"));
        Case("nmea GGA, 6 values", dollar, Sentences("GGA"),
            i => Nmea($"GPGGA,1235{i % 60:00},4807.038,N,01131.{i % 1000:000},E,1,08,0.9,545.4,M,46.9,M,,"));
        Case("regex anywhere, 1 value", new(), Pattern("T=(?<t>-?\\d+\\.\\d+)"), i => Encoding.ASCII.GetBytes($"03 T={i % 100}.25 C\r\n"));
        Case("regex many ways, 1 value", new(), Pattern("(?:on|off) (?<t>\\d+)"), i => Encoding.ASCII.GetBytes($"off {i % 100}\r\n"));
        Case("regex, 1 value", new(), Pattern("^T=(?<t>-?\\d+\\.\\d+)"), i => Encoding.ASCII.GetBytes($"T={i % 100}.25 C\r\n"));
    }

    static NmeaFormatSettings Sentences(string name) => new() { Fields = NmeaStandard.For([name])! };

    static PatternFormatSettings Pattern(string text) => new() { Pattern = text, Fields = [new("t", "t")] };

    static void Case(string name, FrameSettings frame, FormatSettings format, Func<int, byte[]> make)
    {
        var bytes = Enumerable.Range(0, Frames).SelectMany(make).ToArray();
        var framer = new LineFramer(frame);
        var decoder = new MessageDecoder([new() { Topic = "line", Decode = format }], new SeriesTable(100), 10);
        var batch = new ReadingBatch();
        var sink = new Emptied();
        Measure.Print("lines", name, Frames, Passes, () =>
        {
            var good = 0;
            for (var rest = bytes.AsSpan(); framer.TryRead(rest) is { Found: true } found; rest = rest[found.Consumed..])
                if (decoder.Decode("line"u8, rest[found.Payload], 0, batch, sink).IsGood) good++;
            if (good != Frames) throw new InvalidOperationException($"{name}: {good} of {Frames} frames were read");
        });
    }

    sealed class Emptied : IBatchReceiver
    {
        public void Flush(ReadingBatch batch) => batch.Count = 0;
    }

    static byte[] Nmea(string body) => Encoding.ASCII.GetBytes($"${body}*{Checksum.Xor(Encoding.ASCII.GetBytes(body)):X2}\r\n");

    static byte[] Binary(int i)
    {
        byte[] body = [0xA5, 8, (byte)(i >> 8), (byte)i, 0x42, 0x28, 0, 0, 0, 0];
        var crc = Checksum.Crc16Modbus(body);
        return [.. body, (byte)crc, (byte)(crc >> 8)];
    }
}
