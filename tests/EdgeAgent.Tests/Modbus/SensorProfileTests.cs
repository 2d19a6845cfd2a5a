using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

public sealed class SensorProfileTests
{
    public static TheoryData<string> Names => [.. SensorProfiles.Names];

    [Theory, MemberData(nameof(Names))]
    public void Every_built_in_profile_is_sound_and_can_be_planned(string name)
    {
        var profile = SensorProfiles.TryLoad(name, out var findings);
        Assert.Empty(findings);
        Assert.NotNull(profile);
        var unit = SensorProfiles.Resolve(new() { Unit = 1, Device = "d", Profile = name, Registers = [] });
        Assert.All(PollPlan.For(unit), read =>
            Assert.True(ModbusLimits.AreKept(read.Request) && read.Request.Count <= profile.MaxRegisters));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_device_with_the_map_gives_every_value_back_once(string name)
    {
        var unit = SensorProfiles.Resolve(new() { Unit = 1, Device = "d", Profile = name, Registers = [] });
        var slave = new ModbusSlave();
        var random = new Random(name.Length);
        var wanted = new Dictionary<string, double>();
        foreach (var r in unit.Registers)
        {
            var (low, high) = (Math.Max(r.Min, 0), Math.Min(r.Max, 30_000));
            var value = Math.Round((low + random.NextDouble() * (high - low)) / r.Scale) * r.Scale;
            if (r.Type == RegisterType.F32) value = (float)value;
            wanted[r.Metric] = value;
            Assert.True(RegisterEncoder.TryEncode(r, r.Order ?? unit.Order, value, slave.Registers(r.Table, r.Address)));
        }

        var answer = new byte[ModbusPdu.MaxBytes];
        var pdu = new byte[ModbusPdu.MaxBytes];
        foreach (var read in PollPlan.For(unit))
        {
            ModbusPdu.WriteRequest(read.Request, pdu);
            var found = ModbusPdu.ReadAnswer(read.Request, answer.AsSpan(0, slave.Answer(pdu.AsSpan(0, 5), answer)));
            Assert.Equal(AnswerStatus.Ok, found.Status);
            foreach (var value in read.Values)
            {
                Assert.Equal(
                    ValueStatus.Ok, value.Format.Read(answer.AsSpan(found.DataStart, found.DataLength), value.Position, out var got));
                Assert.True(wanted.Remove(value.Register.Metric, out var expected), $"{value.Register.Metric} is read twice");
                Assert.Equal(expected, got, 1e-6 * Math.Max(1, Math.Abs(expected)));
            }
        }

        Assert.Empty(wanted);
    }

    // Frames as the makers' manuals print them, or as others saw them on a device.
    [Theory]
    [InlineData("sht20-xy-md02", "temperature", "0131", 30.5)]
    [InlineData("sht20-xy-md02", "temperature", "FF33", -20.5)]
    [InlineData("sht20-xy-md02", "humidity", "0222", 54.6)]
    [InlineData("tuf-2000", "flow_rate", "806B4212", 36.625408172607422)]
    [InlineData("eastron-sdm630", "voltage_l1", "43663333", 230.19999694824219)]
    [InlineData("witmotion-wtvb01", "chip_temperature", "0A28", 26)]
    [InlineData("witmotion-wtvb01", "frequency_x", "01F4", 50)]
    public void Known_frames_give_their_values(string name, string metric, string bytes, double expected)
    {
        var unit = SensorProfiles.Resolve(new() { Unit = 1, Device = "d", Profile = name, Metrics = [metric], Registers = [] });
        var value = PollPlan.For(unit).Single().Values.Single();
        Assert.Equal(ValueStatus.Ok, value.Format.Read(Convert.FromHexString(bytes), 0, out var got));
        Assert.Equal(expected, got, 1e-9);
    }

    [Fact]
    public void There_are_profiles() => Assert.Equal(5, SensorProfiles.Names.Count);

    [Fact]
    public void A_choice_of_metrics_and_own_registers_join()
    {
        var own = new RegisterSettings { Metric = "own", Address = 500 };
        var unit =
            SensorProfiles.Resolve(new() { Unit = 1, Device = "d", Profile = "tuf-2000", Metrics = ["velocity"], Registers = [own] });
        Assert.Equal(["velocity", "own"], unit.Registers.Select(r => r.Metric));
        Assert.Equal(ByteOrder.Cdab, unit.Registers[0].Order);
        Assert.Null(unit.Registers[1].Order);
    }
}
