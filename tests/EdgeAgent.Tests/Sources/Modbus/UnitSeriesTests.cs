using System.Text;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Sources.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

/// <summary>Text registers become labels of every series of their unit.</summary>
public sealed class UnitSeriesTests
{
    readonly SeriesTable _table = new(100);
    readonly UnitSeries _series;

    public UnitSeriesTests()
    {
        ModbusUnitSettings[] units =
        [
            new()
            {
                Unit = 1,
                Device = "one",
                Labels = new Dictionary<string, string> { ["site"] = "north" },
                Registers =
                [
                    new() { Metric = "x", Address = 0 },
                    new() { Metric = "serial", Address = 10, Type = RegisterType.Text, LengthRegisters = 3 },
                    new() { Metric = "firmware", Address = 13, Type = RegisterType.Text, LengthRegisters = 2, Order = ByteOrder.Badc },
                ],
            },
            new() { Unit = 2, Device = "two", Registers = [new() { Metric = "x", Address = 0 }] },
        ];
        var reads = units.SelectMany((u, i) => PollPlan.For(u).Select(r => (r, i))).ToArray();
        Assert.Equal("unit 1: ReadHoldingRegisters 10..14 (2 values) once after connecting", reads[0].r.ToString());
        _series = new UnitSeries(units, reads, _table);
    }

    string Labels(int read) => _table.LabelsOf(_series.Of(read)[0]).ToString()!;

    [Fact]
    public void A_unit_waits_for_its_texts_and_another_does_not()
    {
        Assert.False(_series.IsReady(1));
        Assert.True(_series.IsReady(2));
        _series.TakeTexts(0, Encoding.ASCII.GetBytes("A17\0\0\0.1v\0"));
        Assert.True(_series.IsReady(1));
        var labels = Labels(1);
        Assert.Contains("A17", labels, StringComparison.Ordinal);
        Assert.Contains("1.", labels, StringComparison.Ordinal);
        Assert.Contains("north", labels, StringComparison.Ordinal);
        Assert.DoesNotContain("A17", Labels(2), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_text_keeps_the_series_and_another_device_gets_its_own()
    {
        _series.TakeTexts(0, Encoding.ASCII.GetBytes("A17\0\0\0\0\0\0\0"));
        var first = _series.Of(1)[0];
        _series.TakeTexts(0, Encoding.ASCII.GetBytes("A17\0\0\0\0\0\0\0"));
        Assert.Equal(first, _series.Of(1)[0]);
        _series.TakeTexts(0, Encoding.ASCII.GetBytes("B18\0\0\0\0\0\0\0"));
        Assert.NotEqual(first, _series.Of(1)[0]);
    }

    [Fact]
    public void A_refused_text_is_left_out()
    {
        _series.TakeTexts(0, []);
        Assert.True(_series.IsReady(1));
        Assert.DoesNotContain("serial", Labels(1), StringComparison.Ordinal);
    }
}
