using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Clock;

/// <summary>Asks the kernel whether the wall clock is synchronised, and waits for less than a millisecond.</summary>
/// <remarks>
/// adjtimex(2) with <c>modes = 0</c> only reads and needs no privilege. It returns TIME_ERROR (5) while STA_UNSYNC is set.
/// Source: linux/include/uapi/linux/timex.h; <c>struct timex</c> is 208 bytes on 64-bit Linux, x64 and arm64 alike.
/// </remarks>
public static unsafe partial class KernelClock
{
    const int TimexBytes = 208;
    const int TimeError = 5;
    const int SetTimerSlack = 29;

    /// <summary>True when the kernel says that something (NTP, PTP, GNSS) keeps the clock right. False where it cannot be asked.</summary>
    public static bool IsSynchronised()
    {
        // The buffer is larger than the kernel's struct, so the call cannot write past it.
        var timex = stackalloc byte[2 * TimexBytes];
        new Span<byte>(timex, 2 * TimexBytes).Clear();
        var state = Adjtimex(timex);
        return state is >= 0 and not TimeError;
    }

    /// <summary>Sleeps for so long, also for less than the millisecond that the runtime's own waits begin at;
    /// a signal may end it early.</summary>
    /// <param name="timeNs">How long [ns]; below 1 s.</param>
    public static void Sleep(long timeNs)
    {
        // struct timespec: seconds and nanoseconds, 64 bits each on 64-bit Linux; a local that outlives the call.
        var time = stackalloc long[2] { 0, Math.Clamp(timeNs, 0, 999_999_999) };
        Nanosleep(time, null);
    }

    /// <summary>Lets waits of the calling thread end when they are due: else the kernel may add 50 µs to each, to gather wakes (prctl(2),
    /// PR_SET_TIMERSLACK).</summary>
    public static void WakeOnTime() => Prctl(SetTimerSlack, 1, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Nanosleep(long* time, long* left);

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Adjtimex(byte* timex);
}
