using System.Buffers.Binary;
using System.Globalization;
using EdgeAgent.Core.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

public sealed class RegisterFormatTests
{
    static RegisterSettings Register(RegisterType type, ByteOrder order) => new() { Metric = "m", Address = 0, Type = type, Order = order };

    // 123456.0f is 0x47F12000, the value the Eastron manuals' tables use the layout of.
    [Theory]
    [InlineData(ByteOrder.Abcd, "47F12000")]
    [InlineData(ByteOrder.Cdab, "200047F1")]
    [InlineData(ByteOrder.Badc, "F1470020")]
    [InlineData(ByteOrder.Dcba, "0020F147")]
    public void Reads_a_float_in_every_order(ByteOrder order, string bytes)
    {
        var status = new RegisterFormat(Register(RegisterType.F32, order), ByteOrder.Abcd)
            .Read(Convert.FromHexString(bytes), 0, out var value);
        Assert.Equal((ValueStatus.Ok, 123456.0), (status, value));
    }

    [Theory]
    [InlineData(ByteOrder.Abcd, "0102030405060708")]
    [InlineData(ByteOrder.Cdab, "0708050603040102")]
    [InlineData(ByteOrder.Badc, "0201040306050807")]
    [InlineData(ByteOrder.Dcba, "0807060504030201")]
    public void Reads_64_bits_in_every_order(ByteOrder order, string bytes)
    {
        new RegisterFormat(Register(RegisterType.I64, order), ByteOrder.Abcd).Read(Convert.FromHexString(bytes), 0, out var value);
        Assert.Equal(0x0102030405060708L, (long)value, 16.0);
    }

    [Theory]
    [InlineData(RegisterType.U16, "FFFE", 65534)]
    [InlineData(RegisterType.I16, "FFFE", -2)]
    [InlineData(RegisterType.U32, "FFFFFFFE", 4294967294)]
    [InlineData(RegisterType.I32, "FFFFFFFE", -2)]
    [InlineData(RegisterType.U64, "8000000000000000", 9223372036854775808)]
    [InlineData(RegisterType.I64, "FFFFFFFFFFFFFFFE", -2)]
    [InlineData(RegisterType.F64, "400921FB54442D18", Math.PI)]
    [InlineData(RegisterType.Bcd16, "1234", 1234)]
    [InlineData(RegisterType.Bcd32, "12345678", 12345678)]
    [InlineData(RegisterType.Bcd64, "0000001234567890", 1234567890)]
    public void Reads_every_type(RegisterType type, string bytes, double expected)
    {
        var status = new RegisterFormat(Register(type, ByteOrder.Abcd), ByteOrder.Dcba)
            .Read(Convert.FromHexString(bytes), 0, out var value);
        Assert.Equal((ValueStatus.Ok, expected), (status, value));
    }

    [Theory]
    [InlineData(RegisterType.Bcd16, "12A4")]
    [InlineData(RegisterType.F32, "7FC00000")]
    [InlineData(RegisterType.F64, "7FF0000000000000")]
    public void Refuses_what_is_no_number(RegisterType type, string bytes) =>
        Assert.Equal(ValueStatus.Invalid,
            new RegisterFormat(Register(type, ByteOrder.Abcd), 0).Read(Convert.FromHexString(bytes), 0, out _));

    /// <summary>Three tenths are 0.3: the value is the double nearest to that of decimal arithmetic.</summary>
    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.01, 0)]
    [InlineData(1e-3, 0)]
    [InlineData(0.1, -40)]
    [InlineData(0.25, 0.05)]
    public void Scales_as_on_paper(double scale, double offset)
    {
        Span<byte> bytes = stackalloc byte[8];
        var (factor, added) = ((decimal)scale, (decimal)offset);
        var r = Register(RegisterType.I16, ByteOrder.Abcd) with { Scale = scale, Offset = offset };
        var (small, wide) = (new RegisterFormat(r, 0), new RegisterFormat(r with { Type = RegisterType.U32 }, 0));
        for (var raw = short.MinValue; raw < short.MaxValue; raw++)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes, raw);
            small.Read(bytes, 0, out var value);
            Assert.Equal(Nearest(raw * factor + added), value);
        }

        for (var raw = 0L; raw <= uint.MaxValue; raw += 99_991)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)raw);
            wide.Read(bytes, 0, out var value);
            Assert.Equal(Nearest(raw * factor + added), value);
        }
    }

    static double Nearest(decimal exact) =>
        double.Parse(exact.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [Fact]
    public void A_limit_of_tenths_is_within_its_range()
    {
        var format = new RegisterFormat(Register(RegisterType.U16, ByteOrder.Abcd) with { Scale = 0.1, Min = 0.3, Max = 0.3 }, 0);
        Assert.Equal(ValueStatus.Ok, format.Read([0, 3], 0, out var value));
        Assert.Equal(0.3, value);
    }

    [Fact]
    public void Scales_then_checks_the_range()
    {
        var r = Register(RegisterType.I16, ByteOrder.Abcd) with { Scale = 0.1, Offset = -40, Min = -40, Max = 125 };
        var format = new RegisterFormat(r, 0);
        Assert.Equal(ValueStatus.Ok, format.Read([0x02, 0x58], 0, out var value));
        Assert.Equal(20.0, value, 1e-12);
        Assert.Equal(ValueStatus.OutOfRange, format.Read([0x80, 0x00], 0, out _));
    }

    [Fact]
    public void Reads_bit_fields_and_bits()
    {
        var field = Register(RegisterType.U16, ByteOrder.Abcd) with { FirstBit = 4, BitCount = 3 };
        new RegisterFormat(field, 0).Read([0xAB, 0xD5], 0, out var value);
        Assert.Equal(5, value);
        var bit = new RegisterSettings { Metric = "m", Address = 0, Table = RegisterTable.Coil };
        new RegisterFormat(bit, 0).Read([0x00, 0x02], 9, out value);
        Assert.Equal(1, value);
    }

    [Fact]
    public void Reads_text()
    {
        Assert.Equal("SDM630", RegisterFormat.ReadText("SDM630\0X"u8, ByteOrder.Abcd));
        Assert.Equal("SDM630", RegisterFormat.ReadText("DS6M03"u8, ByteOrder.Badc));
        Assert.Equal("a?b", RegisterFormat.ReadText([0x20, 0x61, 0xFF, 0x62], ByteOrder.Abcd));
    }

    [Fact]
    public void What_is_encoded_is_read_back_for_every_type_and_order()
    {
        var random = new Random(5);
        foreach (var type in Enum.GetValues<RegisterType>().Where(t => t is not (RegisterType.Bit or RegisterType.Text)))
        foreach (var order in Enum.GetValues<ByteOrder>())
        for (var i = 0; i < 200; i++)
        {
            var r = Register(type, order) with { Scale = 0.5, Offset = 3 };
            var raw = (double)random.Next(
                type is RegisterType.I16 or RegisterType.I32 or RegisterType.I64 or RegisterType.F32 ? -9999 : 0, 10000);
            var bytes = new byte[8];
            Assert.True(RegisterEncoder.TryEncode(r, ByteOrder.Abcd, raw * 0.5 + 3, bytes));
            Assert.Equal(ValueStatus.Ok, new RegisterFormat(r, ByteOrder.Abcd).Read(bytes, 0, out var back));
            Assert.Equal(raw * 0.5 + 3, back);
        }

        Assert.False(RegisterEncoder.TryEncode(Register(RegisterType.U16, 0), 0, 65536, new byte[2]));
        Assert.False(RegisterEncoder.TryEncode(Register(RegisterType.Bcd16, 0), 0, -1, new byte[2]));
        Assert.False(RegisterEncoder.TryEncode(Register(RegisterType.I16, 0), 0, double.NaN, new byte[2]));
    }
}
