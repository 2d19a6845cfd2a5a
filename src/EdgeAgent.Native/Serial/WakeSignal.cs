namespace EdgeAgent.Native.Serial;

/// <summary>Wakes a thread that waits for a port.</summary>
/// <remarks>An eventfd: signals add up and are taken together. <see cref="Set"/> may be called by any thread,
/// also after disposal.</remarks>
public sealed class WakeSignal : IDisposable
{
    const int Flags = Tty.NonBlocking | Tty.CloseOnExec;
    readonly Lock _lock = new();
    int _fd = Tty.EventFd(0, Flags);

    internal int Fd => _fd;

    /// <summary>Wakes the waiting thread, or lets its next wait return at once.</summary>
    public unsafe void Set()
    {
        var one = 1UL;
        lock (_lock)
        {
            // Eight bytes of a local, as eventfd(2) asks for.
            if (_fd >= 0) Tty.Write(_fd, (byte*)&one, 8);
        }
    }

    /// <summary>Takes all signals.</summary>
    /// <returns>Whether there was one.</returns>
    public unsafe bool Take()
    {
        ulong count;
        // Eight bytes of a local, as eventfd(2) asks for.
        return Tty.Read(_fd, (byte*)&count, 8) == 8;
    }

    /// <summary>Waits for a signal.</summary>
    /// <returns>True when one came; false when the time was over.</returns>
    public unsafe bool Wait(long timeoutNs)
    {
        var fds = new Tty.PollFd { Fd = _fd, Events = Tty.PollIn };
        var time = new Tty.TimeSpec { Seconds = timeoutNs / 1_000_000_000, Nanoseconds = timeoutNs % 1_000_000_000 };
        // Locals that outlive the call.
        return timeoutNs > 0 && Tty.Poll(&fds, 1, &time, null) > 0 && Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_fd >= 0) Tty.Close(_fd);
            _fd = -1;
        }
    }
}
