using EdgeAgent.Network;

namespace EdgeAgent.Supervision;

/// <summary>How far the loop of one thread has come. <see cref="ProgressWatch"/> looks at it.</summary>
/// <remarks>
/// The thread passes a wait point by <see cref="At"/>: one plain store, no clock, no lock. Between two wait points it never waits for
/// longer than <see cref="LongestWaitMs"/> for something that may not come; a longer wait is made of such ones. So an outage, however
/// long, goes on passing, and only a thread that no longer runs its loop does not. One thread writes, any reads.
/// </remarks>
/// <param name="name">Whose loop, such as <c>source plant</c>.</param>
/// <param name="watch">Looks at it from <see cref="Begin"/> to <see cref="End"/>; null when nobody does.</param>
sealed class Progress(string name, ProgressWatch? watch = null)
{
    /// <summary>The longest single wait of a loop [ms].</summary>
    public const int LongestWaitMs = 1000;

    const int StepBits = 8;
    long _passed; // how often, above the step
    string _thread = "";

    /// <summary>Whose loop it is.</summary>
    public string Name => name;

    /// <summary>The loop begins, on the calling thread.</summary>
    public void Begin()
    {
        try
        {
            _thread = new FileInfo("/proc/thread-self").LinkTarget ?? "";
        }
        catch (IOException)
        {
            // Only the kernel's word on a stuck thread is missing then.
        }

        At(Step.Waiting);
        watch?.Add(this);
    }

    /// <summary>A wait point is passed; <paramref name="step"/> begins.</summary>
    public void At(Step step) => _passed = (((_passed >> StepBits) + 1) << StepBits) | (byte)step;

    /// <summary>The loop has ended.</summary>
    public void End() => At(Step.None);

    /// <summary>Waits for <paramref name="handle"/> for at most <paramref name="time"/>, passing on the way.</summary>
    /// <returns>Whether it was set.</returns>
    public bool Wait(WaitHandle handle, TimeSpan time) => Wait([handle], time);

    /// <summary>Waits for one of <paramref name="handles"/> for at most <paramref name="time"/>, passing on the way.</summary>
    /// <returns>Whether one was set.</returns>
    public bool Wait(WaitHandle[] handles, TimeSpan time)
    {
        for (var deadline = new Deadline(time); ;)
        {
            At(Step.Waiting);
            var left = deadline.LeftMs;
            if (WaitHandle.WaitAny(handles, Math.Min(left, LongestWaitMs)) != WaitHandle.WaitTimeout) return true;
            if (left <= LongestWaitMs) return false;
        }
    }

    /// <summary>Waits for <paramref name="task"/>, which ends within a time of its own, passing on the way; does not throw.</summary>
    public void Wait(Task task, Step step)
    {
        do At(step);
        while (Task.WaitAny([task], LongestWaitMs) < 0);
    }

    /// <summary>How often wait points were passed, and the step since the last. Any thread.</summary>
    public (long Passes, Step Step) Look()
    {
        var passed = Volatile.Read(ref _passed);
        return (passed >> StepBits, (Step)(byte)passed);
    }

    /// <summary>What the kernel says of the thread: its state and the function in which it waits; empty when it does not say.</summary>
    /// <remarks>proc(5): <c>/proc/PID/task/TID/stat</c>, third field, and <c>wchan</c>.</remarks>
    public string InKernel()
    {
        try
        {
            var folder = Path.Combine("/proc", _thread);
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var function = File.ReadAllText(Path.Combine(folder, "wchan"));
            return $"state {stat[stat.LastIndexOf(')')..].Split(' ')[1]}{(function is "" or "0" ? "" : ", in " + function)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
        {
            return "";
        }
    }
}
