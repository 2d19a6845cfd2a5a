using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Native.Serial;
using Xunit;

namespace EdgeAgent.Tests.Native.Serial;

/// <summary>Every number and layout we hand to the kernel, held to its headers by a C compiler: for this machine,
/// and for arm64 where its compiler is installed.</summary>
public sealed class KernelHeadersTests
{
    const string Headers = """
        #include <stddef.h>
        #include <fcntl.h>
        #include <errno.h>
        #include <poll.h>
        #include <time.h>
        #include <sys/eventfd.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/timex.h>
        #include <asm/ioctls.h>
        #include <asm/termbits.h>
        #include <asm/termios.h>
        #include <linux/serial.h>

        """;

    static readonly (string InC, long Ours)[] Numbers =
    [
        ("O_RDWR", Tty.ReadWrite), ("O_NOCTTY", Tty.NoControllingTerminal), ("O_NONBLOCK", Tty.NonBlocking), ("O_CLOEXEC", Tty.CloseOnExec),
        ("EFD_NONBLOCK", Tty.NonBlocking), ("EFD_CLOEXEC", Tty.CloseOnExec),
        ("TCGETS2", Tty.TCGETS2), ("TCSETS2", Tty.TCSETS2), ("TCFLSH", Tty.TCFLSH), ("TIOCEXCL", Tty.TIOCEXCL),
        ("TIOCSRS485", Tty.TIOCSRS485),
        ("TIOCGPTN", Tty.TIOCGPTN), ("TIOCSPTLCK", Tty.TIOCSPTLCK), ("TIOCGICOUNT", Tty.TIOCGICOUNT), ("TCIOFLUSH", Tty.FlushBoth),
        ("POLLIN", Tty.PollIn), ("POLLOUT", Tty.PollOut), ("POLLERR", Tty.PollError), ("POLLHUP", Tty.PollHangUp),
        ("EPERM", Tty.NotPermitted), ("ENOENT", Tty.NoEntry), ("EINTR", Tty.Interrupted), ("EIO", Tty.InputOutput),
        ("ENXIO", Tty.NoDeviceOrAddress), ("EAGAIN", Tty.TryAgain), ("EACCES", Tty.NoAccess), ("EBUSY", Tty.Busy), ("ENODEV", Tty.NoDevice),
        ("CS5", Tty.Size5), ("CS6", Tty.Size6), ("CS7", Tty.Size7), ("CS8", Tty.Size8), ("CSTOPB", Tty.TwoStopBits),
        ("CREAD", Tty.EnableReceiver),
        ("PARENB", Tty.ParityEnable), ("PARODD", Tty.ParityOdd), ("CLOCAL", Tty.IgnoreModemLines), ("BOTHER", Tty.OtherSpeed),
        ("CMSPAR", Tty.StickParity), ("CRTSCTS", Tty.HardwareFlow),
        ("IGNBRK", Tty.IgnoreBreak), ("IXON", Tty.SoftwareFlowOut), ("IXOFF", Tty.SoftwareFlowIn),
        ("PR_SET_TIMERSLACK", 29), ("MADV_DONTNEED", 4), ("TIME_ERROR", 5), ("sizeof(struct timex)", 208),
        ("VTIME", 5), ("VMIN", 6), ("VSTART", 8), ("VSTOP", 9), ("B50", 1), ("B38400", 15), ("B57600", 0x1001), ("B4000000", 0x100F),
        ("SER_RS485_ENABLED", 1), ("SER_RS485_RTS_ON_SEND", 2), ("SER_RS485_RTS_AFTER_SEND", 4), ("SER_RS485_RX_DURING_TX", 16),
        ("sizeof(struct termios2)", Unsafe.SizeOf<Tty.Termios2>()), ("sizeof(struct serial_rs485)", Unsafe.SizeOf<Tty.Rs485>()),
        ("sizeof(struct serial_icounter_struct)", Unsafe.SizeOf<Tty.Counters>()), ("sizeof(struct pollfd)", Unsafe.SizeOf<Tty.PollFd>()),
        ("sizeof(struct timespec)", Unsafe.SizeOf<Tty.TimeSpec>()), ("NCCS", Unsafe.SizeOf<Tty.ControlCharacters>()),
        ("offsetof(struct termios2, c_cc)", Offset<Tty.Termios2>(nameof(Tty.Termios2.Characters))),
        ("offsetof(struct termios2, c_ospeed)", Offset<Tty.Termios2>(nameof(Tty.Termios2.OutputSpeed))),
        ("offsetof(struct serial_rs485, delay_rts_after_send)", Offset<Tty.Rs485>(nameof(Tty.Rs485.DelayAfterSendMs))),
        ("offsetof(struct serial_icounter_struct, frame)", Offset<Tty.Counters>(nameof(Tty.Counters.Frame))),
        ("offsetof(struct serial_icounter_struct, buf_overrun)", Offset<Tty.Counters>(nameof(Tty.Counters.BufferOverrun))),
        ("offsetof(struct pollfd, revents)", Offset<Tty.PollFd>(nameof(Tty.PollFd.Returned))),
    ];

    // Of libc6-dev-arm64-cross and linux-libc-dev-arm64-cross, which the compiler's package only recommends.
    static readonly string[] s_headersForArm64 = ["/usr/aarch64-linux-gnu/include/fcntl.h", "/usr/aarch64-linux-gnu/include/asm/ioctls.h"];

    /// <summary>Compilers of the machines we run on that are here with their headers; the machine's own always is.</summary>
    public static TheoryData<string> Compilers =>
        [.. new[]
        {
            "gcc",
            "aarch64-linux-gnu-gcc",
        }.Where(name => name == "gcc" || (File.Exists("/usr/bin/" + name) && s_headersForArm64.All(File.Exists)))];

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Numbers_and_layouts_are_those_of_the_headers(string compiler)
    {
        var source = new StringBuilder(Headers);
        foreach (var (inC, ours) in Numbers)
            source.Append(CultureInfo.InvariantCulture, $"_Static_assert((unsigned)({inC}) == {(uint)ours}u, \"{inC}\");\n");
        using var process = Process.Start(new ProcessStartInfo(compiler, ["-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-x", "c", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(source.ToString());
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    static long Offset<T>(string field) => (long)Marshal.OffsetOf<T>(field);
}
