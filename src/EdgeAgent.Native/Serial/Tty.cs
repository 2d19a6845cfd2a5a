using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Serial;

/// <summary>The kernel's terminal interface, by the C library.</summary>
/// <remarks>
/// Numbers and layouts are those of Linux's <c>asm-generic</c> headers, which x86-64 and arm64 both use: <c>ioctls.h</c>
/// (numbers), <c>termbits.h</c> and <c>termbits-common.h</c> (<c>struct termios2</c>, flags), <c>fcntl.h</c>, <c>poll.h</c>,
/// <c>errno-base.h</c>; and <c>linux/serial.h</c> (<c>serial_rs485</c>, <c>serial_icounter_struct</c>). <c>timespec</c> is two 64-bit
/// numbers on every 64-bit system. <c>open</c> and <c>ioctl</c> are variadic in C; on both systems a pointer or integer is
/// passed there as to any other function (System V AMD64 ABI §3.5.7, AAPCS64 §6.4.2).
/// </remarks>
static partial class Tty
{
    // fcntl.h
    public const int ReadWrite = 2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    // prctl.h
    const int SetTimerSlack = 29;

    // ioctls.h
    public const uint TCGETS2 = 0x802C542A;
    public const uint TCSETS2 = 0x402C542B;
    public const uint TCFLSH = 0x540B;
    public const uint TIOCEXCL = 0x540C;
    public const uint TIOCSRS485 = 0x542F;
    public const uint TIOCGPTN = 0x80045430;
    public const uint TIOCSPTLCK = 0x40045431;
    public const uint TIOCGICOUNT = 0x545D;
    public const nint FlushBoth = 2;

    // poll.h
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;

    // errno-base.h
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoDeviceOrAddress = 6;
    public const int TryAgain = 11;
    public const int NoAccess = 13;
    public const int Busy = 16;
    public const int NoDevice = 19;

    // termbits.h: c_cflag
    public const uint Size5 = 0x00;
    public const uint Size6 = 0x10;
    public const uint Size7 = 0x20;
    public const uint Size8 = 0x30;
    public const uint TwoStopBits = 0x40;
    public const uint EnableReceiver = 0x80;
    public const uint ParityEnable = 0x100;
    public const uint ParityOdd = 0x200;
    public const uint IgnoreModemLines = 0x800;
    public const uint OtherSpeed = 0x1000;
    public const uint StickParity = 0x40000000;
    public const uint HardwareFlow = 0x80000000;

    // termbits.h: c_iflag
    public const uint IgnoreBreak = 0x01;
    public const uint SoftwareFlowOut = 0x400;
    public const uint SoftwareFlowIn = 0x1000;

    /// <summary><c>struct termios2</c>: 44 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Termios2
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte Line;
        public ControlCharacters Characters;
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    [InlineArray(19)]
    public struct ControlCharacters
    {
        byte _first;
    }

    /// <summary><c>struct serial_rs485</c>: 32 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Rs485
    {
        public uint Flags;
        public uint DelayBeforeSendMs;
        public uint DelayAfterSendMs;
        public Words5 Padding;
    }

    [InlineArray(5)]
    public struct Words5
    {
        uint _first;
    }

    /// <summary><c>struct serial_icounter_struct</c>: 80 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Counters
    {
        public int Cts, Dsr, Ring, Carrier;
        public int Received, Sent;
        public int Frame, Overrun, Parity, Break;
        public int BufferOverrun;
        public Words9 Reserved;
    }

    [InlineArray(9)]
    public struct Words9
    {
        int _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int fd, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Control(int fd, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static unsafe partial int Poll(PollFd* fds, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    /// <summary>Lets the waits of this thread end on time: Linux else lets them slip by 50 µs to gather wake-ups, twice in every poll of
    /// a bus (prctl(2), <c>PR_SET_TIMERSLACK</c>).</summary>
    public static void WaitExactly() => ProcessControl(SetTimerSlack, 1, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    /// <summary>Reads or writes a structure by an ioctl; false on error, the number in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static unsafe bool Control<T>(int fd, uint request, ref T argument)
        where T : unmanaged
    {
        // The pointer lives for the call alone; every T here has the layout the request's number was made from.
        fixed (T* p = &argument) return Control(fd, request, p) >= 0;
    }
}
