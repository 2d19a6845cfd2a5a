using System.Runtime.InteropServices;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Native.Serial;

/// <summary>An open serial port in raw mode.</summary>
/// <remarks>
/// One thread reads and writes; <see cref="Wake"/> may be set by any thread. The port is exclusive twice: by a lock file, and by
/// <c>TIOCEXCL</c> against processes that do not look at lock files. Everything the world can do to a port (unplugged,
/// refused, held) is a <see cref="SerialException"/>. Input flags drop a break and leave parity to the driver's counters, so
/// every byte that comes is data.
/// </remarks>
public sealed class SerialPort : IDisposable
{
    readonly string _path;
    readonly SerialLock _lock;
    int _fd;

    SerialPort(string path, SerialLock taken, int fd)
    {
        (_path, _lock, _fd) = (path, taken, fd);
    }

    /// <summary>Ends a wait in <see cref="Read"/>.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>Opens and sets a port; what was received before is thrown away. The calling thread is the one that reads and writes:
    /// its waits become exact.</summary>
    /// <param name="line">The line.</param>
    /// <param name="lockFolder">Where lock files lie; null for the system's place.</param>
    /// <exception cref="SerialException">It cannot be opened or set.</exception>
    public static SerialPort Open(SerialLineSettings line, string? lockFolder = null)
    {
        var real = SerialPorts.RealPath(line.Path);
        if (real is null)
            throw new SerialException(SerialFailure.NoPort,
                $"{line.Path} does not exist. Is the device plugged in? `edge-agent serial list` shows what there is.");
        var taken = SerialLock.Take(real, lockFolder);
        var fd = -1;
        try
        {
            fd = Tty.Open(real, Tty.ReadWrite | Tty.NoControllingTerminal | Tty.NonBlocking | Tty.CloseOnExec, 0);
            if (fd < 0) throw OpenFailure(line.Path, real, Marshal.GetLastPInvokeError());
            SerialSetup.Apply(fd, line);
            Tty.Control(fd, Tty.TIOCEXCL, 0);
            Tty.Control(fd, Tty.TCFLSH, Tty.FlushBoth);
            Tty.WaitExactly();
            return new(line.Path, taken, fd);
        }
        catch
        {
            if (fd >= 0) Tty.Close(fd);
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Waits for bytes.</summary>
    /// <param name="buffer">Where they go.</param>
    /// <param name="timeoutNs">Longest wait [ns]; 0 takes what is there, negative waits without end.</param>
    /// <returns>Bytes read; 0 when the time was over; -1 when woken.</returns>
    /// <exception cref="SerialException">The port was lost.</exception>
    public unsafe int Read(Span<byte> buffer, long timeoutNs)
    {
        var fds = stackalloc Tty.PollFd[2];
        fds[0] = new() { Fd = _fd, Events = Tty.PollIn };
        fds[1] = new() { Fd = Wake.Fd, Events = Tty.PollIn };
        var time = new Tty.TimeSpec { Seconds = timeoutNs / 1_000_000_000, Nanoseconds = timeoutNs % 1_000_000_000 };

        // Two descriptors and a time on this stack frame, alive during the call.
        var ready = Tty.Poll(fds, 2, timeoutNs < 0 ? null : &time, null);
        if (ready < 0) return Marshal.GetLastPInvokeError() == Tty.Interrupted ? 0 : throw Lost();
        if (ready == 0) return 0;
        if (fds[1].Returned != 0 && Wake.Take()) return -1;
        if ((fds[0].Returned & Tty.PollIn) == 0 && (fds[0].Returned & (Tty.PollHangUp | Tty.PollError)) != 0) throw Lost();

        // The span is pinned for the call and its length given.
        fixed (byte* p = buffer)
        {
            var n = Tty.Read(_fd, p, buffer.Length);
            if (n > 0) return (int)n;
            if (n < 0 && Marshal.GetLastPInvokeError() is Tty.TryAgain or Tty.Interrupted) return 0;
            throw Lost();
        }
    }

    /// <summary>Hands all bytes to the driver; waits at most <paramref name="timeoutNs"/> for room in its buffer.</summary>
    /// <exception cref="SerialException">The port was lost, or the other side does not take bytes (flow control).</exception>
    public unsafe void Write(ReadOnlySpan<byte> bytes, long timeoutNs = 1_000_000_000)
    {
        // The span is pinned for the loop and its length given.
        fixed (byte* p = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var n = Tty.Write(_fd, p + done, bytes.Length - done);
                if (n > 0)
                {
                    done += (int)n;
                    continue;
                }

                if (n < 0 && Marshal.GetLastPInvokeError() is not (Tty.TryAgain or Tty.Interrupted)) throw Lost();
                var fds = new Tty.PollFd { Fd = _fd, Events = Tty.PollOut };
                var time = new Tty.TimeSpec { Seconds = timeoutNs / 1_000_000_000, Nanoseconds = timeoutNs % 1_000_000_000 };
                if (Tty.Poll(&fds, 1, &time, null) == 0)
                    throw new SerialException(SerialFailure.Lost, $"{_path} takes no bytes. Check the flow control setting and the cable.");
            }
        }
    }

    /// <summary>The driver's error counters, or null when it keeps none (ptys, some USB adapters).</summary>
    public SerialErrors? TryErrors()
    {
        var c = default(Tty.Counters);
        return Tty.Control(_fd, Tty.TIOCGICOUNT, ref c) ? new(c.Frame, c.Parity, c.Overrun + c.BufferOverrun, c.Break) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0) return;
        Tty.Close(fd);
        Wake.Dispose();
        _lock.Dispose();
    }

    SerialException Lost() => new(SerialFailure.Lost, $"{_path} was lost. Is the device still plugged in?");

    static SerialException OpenFailure(string path, string real, int error) => error switch
    {
        Tty.NoEntry or Tty.NoDeviceOrAddress or Tty.NoDevice or Tty.InputOutput =>
            new(SerialFailure.NoPort, $"{path} has no device behind it. Is it plugged in?"),
        Tty.NoAccess or Tty.NotPermitted => new(SerialFailure.NoPermission, SerialPorts.PermissionAdvice(path, real)),
        Tty.Busy => SerialLock.InUse(real, SerialPorts.HolderOf(real)),
        _ => new(SerialFailure.BadSetting, $"{path} cannot be opened as a serial port (error {error})."),
    };
}
