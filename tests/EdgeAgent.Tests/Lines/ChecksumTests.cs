using EdgeAgent.Core.Lines;
using Xunit;

namespace EdgeAgent.Tests.Lines;

public sealed class ChecksumTests
{
    // Check values of the CRC RevEng catalogue over "123456789"; xor and sum by hand.
    [Theory]
    [InlineData(CheckKind.Xor, 0x31u)]
    [InlineData(CheckKind.Sum, 0xDDu)]
    [InlineData(CheckKind.Crc16Modbus, 0x4B37u)]
    [InlineData(CheckKind.Crc16Ccitt, 0x29B1u)]
    [InlineData(CheckKind.Crc32, 0xCBF43926u)]
    [InlineData(CheckKind.None, 0u)]
    public void Gives_the_catalogue_check_value(CheckKind kind, uint expected) =>
        Assert.Equal(expected, Checksum.Compute(kind, "123456789"u8));

    [Fact]
    public void The_fast_modbus_check_equals_the_bitwise_one_at_every_length()
    {
        var random = new Random(4);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(Bitwise(bytes), Checksum.Crc16Modbus(bytes));
        }
    }

    // Modbus over Serial Line V1.02 §6.2.2, the procedure in words.
    static ushort Bitwise(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }

        return (ushort)crc;
    }
}
