using System.Runtime.InteropServices;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>One thread of a process, held where it is by the kernel (ptrace(2)) while all others run on: a thread that hangs.</summary>
sealed class HeldThread : IDisposable
{
    const int Seize = 0x4206, Interrupt = 0x4207;
    readonly ManualResetEvent _end = new(false);
    readonly Thread _tracer;
    Exception? _failure;

    /// <summary>Holds the thread of this name; the kernel keeps its first 15 characters.</summary>
    public HeldThread(int processId, string name)
    {
        var comm = name[..Math.Min(15, name.Length)];
        var id = Directory.EnumerateDirectories($"/proc/{processId}/task")
            .Where(task => File.ReadAllText(Path.Combine(task, "comm")).TrimEnd('\n') == comm)
            .Select(task => int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture)).Single();
        using var held = new ManualResetEvent(false);
        // The kernel knows a thread as the holder; when that ends, the held one goes on.
        _tracer = new Thread(() =>
        {
            if (Trace(Seize, id, 0, 0) < 0 || Trace(Interrupt, id, 0, 0) < 0)
                _failure = new InvalidOperationException($"thread {name} cannot be held: error {Marshal.GetLastPInvokeError()}");
            held.Set();
            _end.WaitOne();
        }) { IsBackground = true };
        _tracer.Start();
        held.WaitOne();
        if (_failure is not null) throw _failure;
    }

    /// <summary>Lets it go on.</summary>
    public void Dispose()
    {
        _end.Set();
        _tracer.Join();
        _end.Dispose();
    }

    [DllImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    static extern nint Trace(long request, int thread, nint address, nint data);
}
