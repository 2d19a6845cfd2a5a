using EdgeAgent.Core.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

public sealed class PollPlanTests
{
    static RegisterSettings R(int address, RegisterType type = RegisterType.U16, RegisterTable table = RegisterTable.Input) =>
        new() { Metric = $"m{address}", Address = address, Type = type, Table = table };

    static ModbusUnitSettings Unit(params RegisterSettings[] registers) => new() { Unit = 1, Device = "d", Registers = registers };

    [Fact]
    public void Joins_neighbours_up_to_the_gap()
    {
        var reads = PollPlan.For(Unit(R(0, RegisterType.F32), R(2, RegisterType.F32), R(12), R(22), R(5000)));
        Assert.Equal([(0, 13), (22, 1), (5000, 1)], reads.Select(r => ((int)r.Request.Address, (int)r.Request.Count)));
        Assert.Equal(0, reads[0].Values[0].Position);
        Assert.Equal(24, reads[0].Values[2].Position);
    }

    [Fact]
    public void Does_not_split_a_value_at_the_limit()
    {
        var unit = Unit([.. Enumerable.Range(0, 70).Select(i => R(2 * i, RegisterType.F32))]) with { MaxRegisters = 5 };
        var reads = PollPlan.For(unit);
        Assert.All(reads, r => Assert.Equal(4, r.Request.Count));
        Assert.Equal(35, reads.Count);
    }

    [Fact]
    public void Keeps_tables_and_intervals_apart_and_reads_text_once()
    {
        var reads = PollPlan.For(Unit(
            R(0), R(1, table: RegisterTable.Holding), R(2) with { Interval = TimeSpan.FromSeconds(9) },
            R(100, RegisterType.Text) with { LengthRegisters = 6 }, R(7, table: RegisterTable.Coil)));
        Assert.Equal(5, reads.Count);
        Assert.Equal(TimeSpan.Zero, reads[0].Interval);
        Assert.Equal(6, reads[0].Request.Count);
    }

    [Fact]
    public void Any_map_is_read_completely_within_the_limits()
    {
        var random = new Random(99);
        for (var round = 0; round < 3000; round++)
        {
            var unit = Unit([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => RandomRegister(random))]) with
            {
                MaxGap = random.Next(0, 20),
                MaxRegisters = random.Next(4, 126),
            };
            var reads = PollPlan.For(unit);
            Assert.Equal(unit.Registers.Count, reads.Sum(r => r.Values.Count));
            foreach (var read in reads)
            {
                Assert.True(ModbusLimits.AreKept(read.Request));
                if (!read.Request.IsBits) Assert.InRange(read.Request.Count, 1, unit.MaxRegisters);
                foreach (var v in read.Values)
                {
                    var first = read.Request.IsBits ? v.Position : v.Position / 2;
                    Assert.Equal(v.Register.Address, read.Request.Address + first);
                    Assert.True(first + v.Register.Width <= read.Request.Count);
                }

                var named = read.Values.SelectMany(v => Enumerable.Range(v.Register.Address, v.Register.Width)).Distinct().Order()
                    .ToArray();
                for (var i = 1; i < named.Length; i++)
                    Assert.InRange(named[i] - named[i - 1] - 1, 0, read.Request.IsBits ? 16 * unit.MaxGap : unit.MaxGap);
            }
        }
    }

    static RegisterSettings RandomRegister(Random random)
    {
        var table = (RegisterTable)random.Next(4);
        var type = table is RegisterTable.Coil or RegisterTable.Discrete ? RegisterType.Bit : (RegisterType)random.Next(1, 12);
        return R(random.Next(0, 400), type, table) with { Interval = random.Next(3) == 0 ? TimeSpan.FromSeconds(5) : null };
    }
}
