using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Serial;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

/// <summary>From a value to the bytes that are written.</summary>
public sealed class WriteTargetTests
{
    static RegisterTarget Target(RegisterSettings register, double min, double max, bool multiple = false) =>
        RegisterTarget.Find(new() { Name = "w", Device = "d", Register = register, Min = min, Max = max, Multiple = multiple },
            [new() { Unit = 7, Device = "d", Order = ByteOrder.Cdab, Registers = [] }], out var failure)
                ?? throw new InvalidOperationException(failure);

    static string Frame(RegisterTarget target, double value, out double written)
    {
        Assert.True(target.TryWrite(value, out var request, out written));
        Assert.True(ModbusLimits.AreKept(request));
        var pdu = new byte[ModbusPdu.MaxBytes];
        return Convert.ToHexString(pdu, 0, ModbusPdu.WriteRequest(request, pdu));
    }

    [Fact]
    public void Registers_and_coils_become_functions_5_6_15_and_16()
    {
        var register = new RegisterSettings { Metric = "", Address = 0x64, Type = RegisterType.I16, Scale = 0.1 };
        Assert.Equal("0600640199", Frame(Target(register, -100, 100), 40.93, out var written));
        Assert.Equal(40.9, written, 9);
        Assert.Equal("100064000102FE67", Frame(Target(register, -100, 100, multiple: true), -40.93, out _));
        Assert.Equal("10006400020400004248", Frame(Target(register with { Type = RegisterType.F32, Scale = 1 }, 0, 80), 50, out _));
        var coil = new RegisterSettings { Metric = "", Table = RegisterTable.Coil, Address = 3, Type = RegisterType.Bit };
        Assert.Equal("050003FF00", Frame(Target(coil, 0, 1), 1, out _));
        Assert.Equal("0500030000", Frame(Target(coil, 0, 1), 0, out _));
        Assert.Equal("0F000300010101", Frame(Target(coil, 0, 1, multiple: true), 1, out _));
        Assert.False(Target(coil, 0, 1).TryWrite(0.5, out _, out _));
    }

    [Fact]
    public void A_line_gets_its_text_with_the_rounded_value_or_fixed_bytes()
    {
        var rate = new LineWriteSettings { Name = "r", Text = "RATE {value}!", Decimals = 2 };
        Assert.Equal("RATE -0.13!\r\n"u8.ToArray(), rate.Render(-0.126, out var written));
        Assert.Equal(-0.13, written);
        Assert.Equal("RATE 1000000000000000.00!"u8.ToArray(), (rate with { End = "" }).Render(1e15, out _));
        Assert.Equal([0xA5, 0x01], new LineWriteSettings { Name = "z", Bytes = [0xA5, 0x01] }.Render(0, out _));
    }
}
