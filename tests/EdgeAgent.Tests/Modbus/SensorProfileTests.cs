using EdgeAgent.Configuration;
using EdgeAgent.Core.Modbus;
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
        Assert.All(PollPlan.For(unit), read => Assert.True(ModbusPdu.IsValid(read.Request) && read.Request.Count <= profile.MaxRegisters));
    }

    [Fact]
    public void There_are_profiles() => Assert.Equal(5, SensorProfiles.Names.Count);

    [Fact]
    public void A_choice_of_metrics_and_own_registers_join()
    {
        var own = new RegisterSettings { Metric = "own", Address = 500 };
        var unit = SensorProfiles.Resolve(new() { Unit = 1, Device = "d", Profile = "tuf-2000", Metrics = ["velocity"], Registers = [own] });
        Assert.Equal(["velocity", "own"], unit.Registers.Select(r => r.Metric));
        Assert.Equal(WordOrder.Cdab, unit.Registers[0].Order);
        Assert.Null(unit.Registers[1].Order);
    }
}
