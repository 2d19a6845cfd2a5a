using System.Diagnostics;
using System.Globalization;
using System.IO.Ports;
using System.Runtime.InteropServices;
using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;
using Microsoft.Win32.SafeHandles;
using Theirs = System.IO.Ports.SerialPort;
using Ours = EdgeAgent.Native.Serial.SerialPort;

namespace EdgeAgent.Packages;

/// <summary>System.IO.Ports beside our serial ports, on pseudo terminals: parity, the time of a Modbus exchange,
/// a write after an unplug.</summary>
static class SerialFigures
{
    const int AnswerBytes = 25;

    // asm-generic/termbits-common.h and ioctls.h
    const uint StickParity = 0x4000_0000;
    const uint ParityOdd = 0x200;
    const nuint TcGetS2 = 0x802C_542A;
    const int ReadWriteNoTty = 0x102;

    public static int Run(bool isSmoke)
    {
        var shown = Parity();
        Exchange(isSmoke ? 50 : 2000);
        Unplugged(isSmoke ? 2 : 30);
        return shown ? 0 : 1;
    }

    static bool Parity()
    {
        Console.WriteLine("| parity asked for | termios of System.IO.Ports | termios of ours |");
        Console.WriteLine("|---|---|---|");
        var isAsExpected = true;
        foreach (var parity in Enum.GetValues<Parity>())
        {
            uint theirs, ours;
            using (var pty = new PseudoTerminal())
            {
                using var seen = Open(pty.Path);
                using var port = new Theirs(pty.Path, 9600, parity);
                port.Open();
                theirs = ControlFlags(seen);
            }

            using (var pty = new PseudoTerminal())
            {
                using var seen = Open(pty.Path);
                using var port = Ours.Open(new SerialLineSettings { Path = pty.Path, Parity = Enum.Parse<LineParity>(parity.ToString()) },
                    Path.GetTempPath());
                ours = ControlFlags(seen);
            }

            Console.WriteLine($"| {parity} | {Words(theirs)} | {Words(ours)} |");
            isAsExpected &= (ours & StickParity) != 0 == parity is System.IO.Ports.Parity.Mark or System.IO.Ports.Parity.Space;
        }

        Console.WriteLine();
        return isAsExpected;
    }

    // A pty keeps PARENB off whatever is asked (drivers/tty/pty.c); the flags of the kind of parity stay as they were set.
    static string Words(uint flags) => ((flags & StickParity) != 0, (flags & ParityOdd) != 0) switch
    {
        (true, true) => "CMSPAR PARODD",
        (true, false) => "CMSPAR",
        (false, true) => "PARODD",
        _ => "none of CMSPAR, PARODD",
    };

    static void Exchange(int count)
    {
        Console.WriteLine("| Modbus exchange, 8 B out, 25 B back | median | 99th percentile | processor time |");
        Console.WriteLine("|---|---|---|---|");
        var request = new byte[8];
        var answer = new byte[AnswerBytes];
        using (var slave = new AnsweringSlave(request.Length, AnswerBytes))
        using (var port = new Theirs(slave.Path, 115200) { ReadTimeout = 1000, WriteTimeout = 1000 })
        {
            port.Open();
            Row("System.IO.Ports", count, () =>
            {
                port.Write(request, 0, request.Length);
                for (var n = 0; n < AnswerBytes;) n += port.Read(answer, n, AnswerBytes - n);
            });
        }

        using (var slave = new AnsweringSlave(request.Length, AnswerBytes))
        using (var port = Ours.Open(new SerialLineSettings { Path = slave.Path, Baud = 115200 }, Path.GetTempPath()))
        {
            Row("ours", count, () =>
            {
                port.Write(request);
                for (var n = 0; n < AnswerBytes;) n += port.Read(answer.AsSpan(n), 1_000_000_000);
            });
        }

        Console.WriteLine();
    }

    static void Row(string name, int count, Action exchange)
    {
        for (var i = 0; i < 50; i++) exchange();
        var times = new double[count];
        var used = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            exchange();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        used = Environment.CpuUsage.TotalTime - used;
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {times[count / 2]:F3} ms | {times[count * 99 / 100]:F3} ms | {used.TotalMilliseconds / count:F3} ms |"));
    }

    // A write after the unplug, one that waits for room when the plug is pulled, and one that waits in vain.
    static void Unplugged(int seconds)
    {
        Console.WriteLine("| the other end | is gone before the write | goes while it waits for room | stays and reads nothing |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var timeout in (int[])[Theirs.InfiniteTimeout, 1000])
        {
            Pull($"System.IO.Ports, WriteTimeout {(timeout < 0 ? "as shipped (none)" : $"{timeout} ms")}", seconds, path =>
            {
                var port = new Theirs(path, 115200) { WriteTimeout = timeout };
                port.Open();
                return bytes => port.Write(bytes, 0, bytes.Length);
            });
        }

        Pull("ours", seconds, path =>
        {
            var port = Ours.Open(new SerialLineSettings { Path = path, Baud = 115200 }, Path.GetTempPath());
            return bytes => port.Write(bytes);
        });
    }

    static void Pull(string name, int seconds, Func<string, Action<byte[]>> open)
    {
        var first = new PseudoTerminal();
        var write = open(first.Path);
        first.Dispose();
        var after = Ended(seconds, () => write(new byte[8]), () => { });
        var second = new PseudoTerminal();
        write = open(second.Path);
        var waiting = Ended(seconds, () => write(new byte[1 << 20]), () =>
        {
            Thread.Sleep(300);
            second.Dispose();
        });
        using var third = new PseudoTerminal();
        write = open(third.Path);
        var deaf = Ended(seconds, () => write(new byte[1 << 20]), () => { });
        Console.WriteLine($"| {name} | {after} | {waiting} | {deaf} |");
    }

    static string Ended(int seconds, Action write, Action meanwhile)
    {
        var clock = Stopwatch.StartNew();
        var outcome = "returned as if it had been sent";
        var thread = new Thread(() =>
        {
            try
            {
                write();
            }
            catch (Exception e)
                when (e is IOException or TimeoutException or InvalidOperationException or SerialException or UnauthorizedAccessException)
            {
                outcome = e.GetType().Name;
            }

            clock.Stop();
        }) { IsBackground = true };
        thread.Start();
        meanwhile();
        return thread.Join(seconds * 1000)
            ? string.Create(CultureInfo.InvariantCulture, $"{outcome}, after {clock.Elapsed.TotalMilliseconds:F0} ms")
            : $"still in the call after {seconds} s";
    }

    // Opened before the port, which takes the terminal for itself.
    static SafeFileHandle Open(string path)
    {
        var handle = new SafeFileHandle(open(path, ReadWriteNoTty), ownsHandle: true);
        return handle.IsInvalid ? throw new IOException($"{path} cannot be opened") : handle;
    }

    static uint ControlFlags(SafeFileHandle terminal)
    {
        var termios = new byte[44];
        if (ioctl(terminal, TcGetS2, termios) != 0) throw new IOException("TCGETS2");
        return BitConverter.ToUInt32(termios, 8);
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    static extern int ioctl(SafeFileHandle terminal, nuint request, byte[] termios);
}
