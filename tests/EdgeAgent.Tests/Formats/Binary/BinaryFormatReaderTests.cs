using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Tests.Lines;
using Xunit;

namespace EdgeAgent.Tests.Formats.Binary;

public sealed class BinaryFormatReaderTests
{
    static (BadReason Reason, Dictionary<string, double> Values) Decode(FormatSettings format, byte[] line)
    {
        var run = new LineRun(format);
        return (run.Decode(line), run.Values);
    }

    [Fact]
    public void Reads_binary_fields()
    {
        var decoder = new BinaryFormatSettings
        {
            Fields =
            [
                new() { Metric = "a", Offset = 0, Type = BinaryType.I24 },
                new() { Metric = "b", Offset = 3, Type = BinaryType.U16, BigEndian = false, Scale = new(0.1, 1) },
                new() { Metric = "c", Offset = 5, Type = BinaryType.F32, BigEndian = false },
                new() { Metric = "d", Offset = 9, Type = BinaryType.U8, FirstBit = 2, BitCount = 3 },
                new() { Metric = "e", Offset = 9, Type = BinaryType.I8, Max = 10 },
                new() { Metric = "f", Offset = 10, Type = BinaryType.I64, BigEndian = false },
            ],
        };
        byte[] frame = [0xFF, 0xFF, 0xFE, 0x0A, 0x00, 0x00, 0x00, 0x80, 0x3F, 0b0101_0110, 0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        var (status, values) = Decode(decoder, frame);
        Assert.Equal(BadReason.None, status);
        Assert.Equal((-2, 2, 1, 5, -3), (values["a"], values["b"], values["c"], values["d"], values["f"]));
        Assert.False(values.ContainsKey("e"));
        Assert.Equal(BadReason.Truncated, Decode(decoder, frame[..^1]).Reason);
    }
}
