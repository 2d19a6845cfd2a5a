using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Serial;

/// <summary>A pseudo terminal: the master's end, with a device path the other end is opened by. For simulators and tests.</summary>
/// <remarks>One thread reads and writes. Disposing is what unplugging is to a real port.</remarks>
public sealed class PseudoTerminal : IDisposable
{
    int _fd;

    /// <summary>Makes a pair. The calling thread is the one that reads and writes: its waits become exact.</summary>
    /// <exception cref="SerialException">There are none left.</exception>
    public PseudoTerminal()
    {
        _fd = Tty.Open("/dev/ptmx", Tty.ReadWrite | Tty.NoControllingTerminal | Tty.NonBlocking | Tty.CloseOnExec, 0);
        var number = 0;
        var unlocked = 0;
        if (_fd < 0 || !Tty.Control(_fd, Tty.TIOCSPTLCK, ref unlocked) || !Tty.Control(_fd, Tty.TIOCGPTN, ref number))
            throw new SerialException(SerialFailure.NoPort, "no pseudo terminal can be made. Is /dev/pts mounted?");
        Path = string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number}");
        Tty.WaitExactly();
    }

    /// <summary>Path of the other end.</summary>
    public string Path { get; }

    /// <summary>Ends a wait in <see cref="Read"/>.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>Waits for bytes.</summary>
    /// <returns>Bytes read; 0 when the time was over or nobody has the other end open; -1 when woken.</returns>
    public unsafe int Read(Span<byte> buffer, long timeoutNs)
    {
        var fds = stackalloc Tty.PollFd[2];
        fds[0] = new() { Fd = _fd, Events = Tty.PollIn };
        fds[1] = new() { Fd = Wake.Fd, Events = Tty.PollIn };
        var time = new Tty.TimeSpec { Seconds = timeoutNs / 1_000_000_000, Nanoseconds = timeoutNs % 1_000_000_000 };

        // Two descriptors and a time on this stack frame, alive during the call.
        if (Tty.Poll(fds, 2, timeoutNs < 0 ? null : &time, null) <= 0) return 0;
        if (fds[1].Returned != 0 && Wake.Take()) return -1;

        // The span is pinned for the call and its length given.
        fixed (byte* p = buffer)
        {
            var n = (fds[0].Returned & Tty.PollIn) != 0 ? Tty.Read(_fd, p, buffer.Length) : 0;
            if (n > 0) return (int)n;
        }

        // Nobody is there: the kernel reports a hang-up without end, so rest a little instead of spinning.
        return Wake.Wait(Math.Min(20_000_000, timeoutNs < 0 ? 20_000_000 : timeoutNs)) ? -1 : 0;
    }

    /// <summary>Sends bytes; what finds no room within a second is dropped, as on a wire nobody listens to.</summary>
    public unsafe void Write(ReadOnlySpan<byte> bytes)
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

                if (n < 0 && Marshal.GetLastPInvokeError() is not (Tty.TryAgain or Tty.Interrupted)) return;
                var fds = new Tty.PollFd { Fd = _fd, Events = Tty.PollOut };
                var time = new Tty.TimeSpec { Seconds = 1 };
                if (Tty.Poll(&fds, 1, &time, null) <= 0) return;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0) return;
        Tty.Close(fd);
        Wake.Dispose();
    }
}
