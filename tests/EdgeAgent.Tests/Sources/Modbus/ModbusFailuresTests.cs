using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

/// <summary>What the log says of values that are not taken and of polls that are missed.</summary>
public sealed class ModbusFailuresTests
{
    const long Ms = 1_000_000, S = 1_000 * Ms;

    static readonly ModbusUnitSettings s_unit = new()
    {
        Unit = 3, Device = "meter-1", Interval = TimeSpan.FromMilliseconds(100),
        Registers =
        [
            new() { Metric = "voltage", Address = 0, Unit = "V", Scale = 0.1, Min = 0, Max = 500 },
            new() { Metric = "serial", Address = 1, Type = RegisterType.Bcd16 },
            .. Enumerable.Range(2, 8).Select(i => new RegisterSettings { Metric = $"m{i}", Address = i, Max = 7 }),
        ],
    };

    readonly LogLines _log = new();
    readonly ModbusFailures _failures;
    long _now = S;

    public ModbusFailuresTests()
    {
        var settings = new ModbusSourceSettings
        {
            Name = "bus", Units = [s_unit], Line = new SerialLineSettings { Path = "/dev/ttyUSB0", Baud = 9600 },
        };
        _failures = new ModbusFailures(settings, PollPlan.For(s_unit), [0], _log.Limiter);
    }

    void Answer(params (int Index, double Value, ValueStatus Status)[] bad)
    {
        foreach (var (index, value, status) in bad) _failures.NotTaken(0, index, value, status, new(_now));
        _failures.Taken(0, 0, new(_now));
        _now += 100 * Ms;
    }

    [Fact]
    public void A_value_out_of_its_range_is_said_at_once_then_with_counts_and_so_is_its_end()
    {
        Answer();
        for (var i = 0; i < 601; i++) Answer((0, 812.3, ValueStatus.OutOfRange));
        for (var i = 0; i < 700; i++) Answer();
        Assert.Equal(
        [
            "Warning: source bus: meter-1: voltage (holding 0) reads 812.3 V, outside of 0 to 500, and is not taken. Check the sensor, "
                + "then the register's type, order and scale, or widen its `min` and `max`.",
            "Warning: source bus: meter-1: voltage (holding 0) reads 812.3 V, outside of 0 to 500, and is not taken. Check the sensor, "
                + "then the register's type, order and scale, or widen its `min` and `max`. (599 more values of this device were not taken "
                + "since the last line)",
            "Information: source bus: meter-1: all values are taken again; 601 were not",
        ], _log.All);
        Answer((0, -1, ValueStatus.OutOfRange));
        Assert.Equal(4, _log.All.Count);
    }

    [Fact]
    public void Each_register_is_named_but_at_most_four_a_minute()
    {
        for (var i = 0; i < 20; i++)
            Answer([(1, double.NaN, ValueStatus.Invalid), .. Enumerable.Range(2, 8).Select(k => (k, 9.0, ValueStatus.OutOfRange))]);
        Assert.Equal(4, _log.All.Count);
        Assert.Contains("serial (holding 1) holds no number", _log.All[0]);
        Assert.Contains("m2 (holding 2) reads 9, above 7", _log.All[1]);
        Assert.Contains("m4 (holding 4)", _log.All[3]);
    }

    [Fact]
    public void Missed_polls_are_said_at_once_then_with_counts_and_so_is_their_end()
    {
        _failures.Missed(0, 0, 5 * Ms, () => [], new(_now));
        Assert.Empty(_log.All);
        for (var i = 0; i <= 300; i++, _now += 200 * Ms) _failures.Missed(0, 1, 112 * Ms, () => ["meter-9"], new(_now));
        for (var i = 0; i <= 300; i++, _now += 200 * Ms) _failures.Missed(0, 0, 5 * Ms, () => [], new(_now));
        Assert.Equal(3, _log.All.Count);
        Assert.Equal("Warning: source bus: meter-1: missed a poll of unit 3: ReadHoldingRegisters 0..9 (10 values) every 0.1 s: the line "
            + "is too slow for all that is asked of it (this answer took 112 ms). Give longer intervals, read fewer registers, or raise "
            + "the baud rate. Units that do not answer hold it up, too: meter-9.", _log.All[0]);
        Assert.EndsWith("(299 more polls of this source were missed since the last line)", _log.All[1]);
        Assert.Equal("Information: source bus: polls are in time again; 301 were missed", _log.All[2]);
    }

    [Fact]
    public void Polls_missed_because_readings_were_not_taken_are_not_the_lines_fault()
    {
        _failures.Taken(0, 3 * S, new(_now));
        _failures.Taken(0, 1, new(_now + Ms));
        _failures.Missed(0, 29, 5 * Ms, () => [], new(_now + 10 * Ms));
        Assert.Contains("its readings were not taken in time", Assert.Single(_log.All));
    }

    [Fact]
    public void Nothing_is_allocated_while_nothing_is_said()
    {
        Answer((0, 812.3, ValueStatus.OutOfRange));
        Func<IEnumerable<string>> failing = () => [];
        _failures.Missed(0, 1, 5 * Ms, failing, new(_now));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _failures.NotTaken(0, 0, 812.3, ValueStatus.OutOfRange, new(_now));
            _failures.Taken(0, 0, new(_now));
            _failures.Missed(0, 1, 5 * Ms, failing, new(_now));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
