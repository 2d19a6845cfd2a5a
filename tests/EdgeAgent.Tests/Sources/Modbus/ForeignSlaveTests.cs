using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Wires;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

/// <summary>The master against slaves nobody here wrote, over a socat pty pair and TCP. Needs python3-pymodbus, libmodbus5,
/// socat.</summary>
public sealed class ForeignSlaveTests : IDisposable
{
    const int Size = 1000;
    readonly string _folder = Directory.CreateTempSubdirectory("edge-peer-").FullName;
    readonly List<Process> _processes = [];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("pymodbus", "rtu", 3)]
    [InlineData("pymodbus", "tcp", 3)]
    [InlineData("libmodbus", "rtu", 1)]
    [InlineData("libmodbus", "tcp", 1)]
    public void Reads_and_writes_what_a_foreign_slave_holds(string peer, string transport, int units)
    {
        using var master = Open(peer, transport);
        var random = new Random(31);
        for (var i = 0; i < 150; i++)
        {
            var table = (RegisterTable)random.Next(4);
            var isBits = table is RegisterTable.Discrete or RegisterTable.Coil;
            var unit = random.Next(1, units + 1);
            var count = random.Next(1, isBits ? 300 : 125);
            var address = random.Next(0, Size - count);
            Assert.Equal(AnswerStatus.Ok, master.Ask(new((byte)unit, PollPlan.ReadFunction(table), (ushort)address, (ushort)count)).Status);
            for (var k = 0; k < count; k++)
            {
                var seen = isBits ? master.Data[k >> 3] >> (k & 7) & 1 : master.Data[2 * k] << 8 | master.Data[2 * k + 1];
                Assert.Equal(isBits ? Rule(unit, table, address + k) >> 2 & 1 : Rule(unit, table, address + k), seen);
            }
        }

        Refusals(master);
        Writes(master, random);
    }

    static void Refusals(ModbusMaster master)
    {
        Assert.Equal(new ModbusAnswer(AnswerStatus.Exception, ExceptionCode: 2),
            master.Ask(new(1, ModbusFunction.ReadHoldingRegisters, Size + 5, 3)) with { DataStart = 0 });
        Assert.Equal(AnswerStatus.Exception, master.Ask(new(1, ModbusFunction.ReadCoils, 65000, 9)).Status);
        Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, ModbusFunction.ReadHoldingRegisters, 5, 3)).Status);
    }

    static void Writes(ModbusMaster master, Random random)
    {
        foreach (var order in Enum.GetValues<ByteOrder>())
        foreach (var type in Enum.GetValues<RegisterType>().Where(t => t is not (RegisterType.Bit or RegisterType.Text)))
        {
            var register = new RegisterSettings { Metric = "m", Address = random.Next(0, 900), Type = type, Order = order };
            var value = (double)random.Next(0, 9999);
            var data = new byte[2 * register.Width];
            Assert.True(RegisterEncoder.TryEncode(register, order, value, data));
            var function = register.Width == 1 ? ModbusFunction.WriteRegister : ModbusFunction.WriteRegisters;
            Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, function, (ushort)register.Address, (ushort)register.Width, data)).Status);
            Assert.Equal(AnswerStatus.Ok,
                master.Ask(new(1, ModbusFunction.ReadHoldingRegisters, (ushort)register.Address, (ushort)register.Width)).Status);
            Assert.Equal(ValueStatus.Ok, new RegisterFormat(register, order).Read(master.Data, 0, out var back));
            Assert.Equal(value, back);
        }

        Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, ModbusFunction.WriteCoil, 7, 1, new byte[] { 1 })).Status);
        Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, ModbusFunction.WriteCoils, 8, 11, new byte[] { 0xA5, 0x05 })).Status);
        Assert.Equal(AnswerStatus.Ok, master.Ask(new(1, ModbusFunction.ReadCoils, 7, 12)).Status);
        Assert.Equal([0x4B, 0x0B], master.Data.ToArray());
    }

    [Fact]
    public void A_dead_unit_times_out_and_its_neighbour_still_answers()
    {
        using var master = Open("pymodbus", "rtu", timeoutMs: 60);
        Assert.Equal(AnswerStatus.TimedOut, master.Ask(new(9, ModbusFunction.ReadInputRegisters, 0, 2)).Status);
        Assert.Equal(AnswerStatus.Ok, master.Ask(new(2, ModbusFunction.ReadInputRegisters, 0, 2)).Status);
    }

    static int Rule(int unit, RegisterTable table, int i) => (i * 40503 + unit * 7919 + (int)table * 104729) & 0xFFFF;

    ModbusMaster Open(string peer, string transport, int timeoutMs = 3000)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/socat") && Directory.Exists("/usr/lib/python3/dist-packages/pymodbus"),
            "needs socat, python3-pymodbus and libmodbus5");
        var script = Repository.Path($"tests/EdgeAgent.Tests/Sources/Modbus/peers/{peer}_slave.py");
        var settings = new ModbusSourceSettings { Name = "m", Units = [], AnswerTimeout = TimeSpan.FromMilliseconds(timeoutMs) };
        if (transport == "tcp")
        {
            var port = FreePort();
            Start("/usr/bin/python3", script, "tcp", $"{port}");
            return Try(settings with { Host = "127.0.0.1", Port = port });
        }

        var (near, far) = (Path.Combine(_folder, "near"), Path.Combine(_folder, "far"));
        Start("/usr/bin/socat", $"pty,raw,echo=0,link={near}", $"pty,raw,echo=0,link={far}");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(near) && File.Exists(far), 10_000));
        Start("/usr/bin/python3", script, "rtu", far);
        var master = Try(settings with { Line = new SerialLineSettings { Path = near, Baud = 115200 } });

        // The slave has its line open when it first answers.
        Assert.True(
            SpinWait.SpinUntil(() => master.Ask(new(1, ModbusFunction.ReadHoldingRegisters, 0, 1)).Status == AnswerStatus.Ok, 30_000));
        return master;
    }

    static ModbusMaster Try(ModbusSourceSettings settings)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                return ModbusMaster.Open(settings, new SystemClock());
            }
            catch (WireException) when (clock.Elapsed < TimeSpan.FromSeconds(20))
            {
                Thread.Yield();
            }
        }
    }

    void Start(string program, params string[] arguments) =>
        _processes.Add(
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
