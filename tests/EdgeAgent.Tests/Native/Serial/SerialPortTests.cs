using System.Diagnostics;
using System.Runtime.CompilerServices;
using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;
using Xunit;

namespace EdgeAgent.Tests.Native.Serial;

/// <summary>On pseudo terminals: everything of a port except the wire.</summary>
public sealed class SerialPortTests : IDisposable
{
    const long Second = 1_000_000_000;
    readonly string _locks = Directory.CreateTempSubdirectory("edge-serial-").FullName;

    public void Dispose() => Directory.Delete(_locks, recursive: true);

    SerialPort Open(PseudoTerminal pty, Func<SerialLineSettings, SerialLineSettings>? with = null) =>
        SerialPort.Open((with ?? (s => s))(new SerialLineSettings { Path = pty.Path }), _locks);

    [Fact]
    public void Every_byte_passes_both_ways()
    {
        using var pty = new PseudoTerminal();
        using var port = Open(pty);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        pty.Write(all);
        Assert.Equal(all, ReadAll(port.Read, 256));
        port.Write(all);
        Assert.Equal(all, ReadAll(pty.Read, 256));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(9600)]
    [InlineData(115200)]
    [InlineData(250000)]
    [InlineData(3_000_001)]
    public void Takes_any_rate(int baud)
    {
        using var pty = new PseudoTerminal();
        using var port = Open(pty, s => s with { Baud = baud, StopBits = 2, Flow = LineFlow.XonXoff });
        var stty = Process.Start(
            new ProcessStartInfo("stty", ["-F", pty.Path, "speed"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var seen = stty.StandardOutput.ReadToEnd().Trim();
        stty.WaitForExit();
        if (baud != 250000 && baud < 3_000_001) Assert.Equal(baud.ToString(), seen);
    }

    [Fact]
    public void A_wait_ends_by_time_by_a_wake_and_by_bytes()
    {
        using var pty = new PseudoTerminal();
        using var port = Open(pty);
        var buffer = new byte[16];
        Assert.Equal(0, port.Read(buffer, 1000));
        port.Wake.Set();
        Assert.Equal(-1, port.Read(buffer, -1));
        pty.Write("x"u8);
        Assert.Equal(1, port.Read(buffer, -1));
    }

    [Fact]
    public void Unplugged_is_lost_and_the_lock_is_freed()
    {
        var pty = new PseudoTerminal();
        using (var port = Open(pty))
        {
            pty.Dispose();
            var lost = Assert.Throws<SerialException>(() => port.Read(new byte[16], Second));
            Assert.Equal(SerialFailure.Lost, lost.Failure);
        }

        Assert.Empty(Directory.GetFiles(_locks));
        Assert.Equal(SerialFailure.NoPort, Assert.Throws<SerialException>(() => Open(pty)).Failure);
    }

    [Fact]
    public void Two_cannot_have_one_port_and_the_message_names_the_holder()
    {
        using var pty = new PseudoTerminal();
        using var port = Open(pty);
        var failure = Assert.Throws<SerialException>(() => Open(pty));
        Assert.Equal(SerialFailure.InUse, failure.Failure);
        Assert.Contains($"process {Environment.ProcessId}", failure.Message);
        var link = Path.Combine(_locks, "link");
        File.CreateSymbolicLink(link, pty.Path);
        Assert.Equal(SerialFailure.InUse, Assert.Throws<SerialException>(() => SerialPort.Open(new() { Path = link }, _locks)).Failure);
    }

    [Fact]
    public void A_lock_of_a_dead_process_is_taken_over_and_one_of_a_live_one_is_kept()
    {
        using var pty = new PseudoTerminal();
        var file = Path.Combine(_locks, "LCK.." + pty.Path["/dev/".Length..].Replace('/', '_'));
        File.WriteAllText(file, $"{int.MaxValue,10}\n");
        Open(pty).Dispose();
        File.WriteAllText(file, $"{1,10}\n");
        Assert.Contains("process 1", Assert.Throws<SerialException>(() => Open(pty)).Message);
    }

    [Fact]
    public void Says_what_is_no_port()
    {
        Assert.Equal(SerialFailure.NoPort,
            Assert.Throws<SerialException>(() => SerialPort.Open(new() { Path = "/dev/nothing-here" }, _locks)).Failure);
        Assert.Contains("is not a serial port",
            Assert.Throws<SerialException>(() => SerialPort.Open(new() { Path = "/dev/null" }, _locks)).Message);
    }

    [Fact]
    public void What_a_pty_lacks_is_absent_or_one_clear_line()
    {
        using var pty = new PseudoTerminal();
        using (var port = Open(pty)) Assert.Null(port.TryErrors());

        var failure = Assert.Throws<SerialException>(() => Open(pty, s => s with { Rs485 = new() }));
        Assert.Contains("no RS-485 mode", failure.Message);
        Open(pty).Dispose();
    }

    [Theory]
    [InlineData(250_000, 230_400, 0u, "refuses 250000 baud and gives 230400")]
    [InlineData(9600, 9600, 0x40000000u, "refuses mark or space parity")]
    [InlineData(9600, 9600, 0x100u, "refuses the parity")]
    [InlineData(9600, 9600, 0x80000000u, "refuses flow: rts_cts")]
    [InlineData(9600, 9600, 0x40u, "refuses the stop bits")]
    [InlineData(9600, 9600, 0x10u, "refuses the data bits")]
    [InlineData(9600, 9615, 0u, null)]
    public void What_a_driver_leaves_out_is_one_clear_line(int baud, int given, uint leftOut, string? words)
    {
        var line = new SerialLineSettings { Path = "/dev/ttyUSB0", Baud = baud };
        var wanted = new Tty.Termios2 { ControlFlags = leftOut, OutputSpeed = (uint)baud };
        void Compare() => SerialSetup.Compare(line, wanted, new Tty.Termios2 { OutputSpeed = (uint)given });
        if (words is null) Compare();
        else Assert.Contains(words, Assert.Throws<SerialException>(Compare).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layouts_are_those_of_the_kernel_headers()
    {
        Assert.Equal(44, Unsafe.SizeOf<Tty.Termios2>());
        Assert.Equal(32, Unsafe.SizeOf<Tty.Rs485>());
        Assert.Equal(80, Unsafe.SizeOf<Tty.Counters>());
        Assert.Equal(8, Unsafe.SizeOf<Tty.PollFd>());
    }

    [Fact]
    public void Ports_are_listed_from_the_device_tree()
    {
        var sys = Directory.CreateDirectory(Path.Combine(_locks, "sys")).FullName;
        var dev = Directory.CreateDirectory(Path.Combine(_locks, "dev", "serial", "by-id")).Parent!.Parent!.FullName;
        var usb = Directory.CreateDirectory(Path.Combine(_locks, "devices", "usb1", "1-1", "1-1:1.0", "ttyUSB0")).FullName;
        var driver = Directory.CreateDirectory(Path.Combine(_locks, "drivers", "ftdi_sio")).FullName;
        var device = Directory.GetParent(Directory.GetParent(usb)!.FullName)!.FullName;
        File.WriteAllText(Path.Combine(device, "idVendor"), "0403\n");
        File.WriteAllText(Path.Combine(device, "idProduct"), "6001\n");
        File.WriteAllText(Path.Combine(device, "product"), "USB-RS485 Cable\n");
        File.CreateSymbolicLink(Path.Combine(usb, "driver"), driver);
        Directory.CreateDirectory(Path.Combine(sys, "ttyUSB0"));
        File.CreateSymbolicLink(Path.Combine(sys, "ttyUSB0", "device"), usb);
        Directory.CreateDirectory(Path.Combine(sys, "tty1"));
        File.WriteAllText(Path.Combine(dev, "ttyUSB0"), "");
        File.CreateSymbolicLink(Path.Combine(dev, "serial", "by-id", "usb-FTDI"), Path.Combine(dev, "ttyUSB0"));
        var port = Assert.Single(SerialPorts.All(sys, dev));
        Assert.Equal(("ftdi_sio", "0403:6001", "USB-RS485 Cable"), (port.Driver, port.UsbIds, port.Product));
        Assert.EndsWith("by-id/usb-FTDI", Assert.Single(port.StablePaths));
        Assert.NotEmpty(port.Path);
    }

    delegate int Reader(Span<byte> buffer, long timeoutNs);

    static byte[] ReadAll(Reader read, int count)
    {
        var all = new List<byte>();
        var buffer = new byte[1024];
        while (all.Count < count)
        {
            var n = read(buffer, 5 * Second);
            Assert.True(n > 0, "bytes are missing");
            all.AddRange(buffer[..n]);
        }

        return [.. all];
    }
}
