using System.Runtime.InteropServices;
using EdgeAgent.Core.Lines;

namespace EdgeAgent.Native.Serial;

/// <summary>Writes the settings of a line to its driver and reads back what the driver made of them.</summary>
static class SerialSetup
{
    const int VTime = 5;
    const int VMin = 6;
    const int VStart = 8;
    const int VStop = 9;

    // linux/serial.h: flags of serial_rs485
    const uint Rs485Enabled = 1;
    const uint Rs485RtsOnSend = 2;
    const uint Rs485RtsAfterSend = 4;
    const uint Rs485ReceiveWhileSending = 16;

    // termbits-common.h and termbits.h: B50 to B38400 are 1 to 15, B57600 to B4000000 are 0x1001 to 0x100F.
    static readonly int[] SlowRates = [50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];
    static readonly int[] FastRates =
        [57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000];

    public static void Apply(int fd, SerialLineSettings line)
    {
        var t = default(Tty.Termios2);
        if (!Tty.Control(fd, Tty.TCGETS2, ref t))
            throw new SerialException(SerialFailure.BadSetting,
                $"{line.Path} is not a serial port. Give a path such as /dev/ttyUSB0 or one under /dev/serial/by-id.");
        t.InputFlags = Tty.IgnoreBreak | (line.Flow == LineFlow.XonXoff ? Tty.SoftwareFlowIn | Tty.SoftwareFlowOut : 0);
        t.OutputFlags = 0;
        t.LocalFlags = 0;
        t.ControlFlags = ControlFlags(line);
        t.Characters[VMin] = 1;
        t.Characters[VTime] = 0;
        t.Characters[VStart] = 0x11;
        t.Characters[VStop] = 0x13;
        (t.InputSpeed, t.OutputSpeed) = ((uint)line.Baud, (uint)line.Baud);
        var wanted = t;
        if (!Tty.Control(fd, Tty.TCSETS2, ref t))
            throw new SerialException(SerialFailure.BadSetting, $"{line.Path}: the driver refuses these settings (error "
                + $"{Marshal.GetLastPInvokeError()}). Check baud, data_bits, parity and flow.");
        if (!Tty.Control(fd, Tty.TCGETS2, ref t)) throw new SerialException(SerialFailure.Lost, $"{line.Path} was lost.");
        Compare(line, wanted, t);
        if (line.Rs485 is { } rs485) Apply(fd, line.Path, rs485);
    }

    static uint ControlFlags(SerialLineSettings line)
    {
        var flags = Tty.EnableReceiver | Tty.IgnoreModemLines | SpeedCode(line.Baud);
        flags |= line.DataBits switch { 5 => Tty.Size5, 6 => Tty.Size6, 7 => Tty.Size7, _ => Tty.Size8 };
        flags |= line.Parity switch
        {
            LineParity.Even => Tty.ParityEnable,
            LineParity.Odd => Tty.ParityEnable | Tty.ParityOdd,
            LineParity.Mark => Tty.ParityEnable | Tty.ParityOdd | Tty.StickParity,
            LineParity.Space => Tty.ParityEnable | Tty.StickParity,
            _ => 0,
        };
        if (line.StopBits == 2) flags |= Tty.TwoStopBits;
        if (line.Flow == LineFlow.RtsCts) flags |= Tty.HardwareFlow;
        return flags;
    }

    // A standard rate by its code, so that other tools can show it; any other by number.
    static uint SpeedCode(int baud) =>
        Array.IndexOf(SlowRates, baud) is >= 0 and var slow ? (uint)slow + 1
        : Array.IndexOf(FastRates, baud) is >= 0 and var fast ? Tty.OtherSpeed + (uint)fast + 1
        : Tty.OtherSpeed;

    // A driver that cannot do a setting often leaves it out in silence instead of failing (tcsetattr(3)).
    internal static void Compare(SerialLineSettings line, in Tty.Termios2 wanted, in Tty.Termios2 got)
    {
        if (Math.Abs((long)got.OutputSpeed - line.Baud) * 100 > 3L * line.Baud)
            throw new SerialException(SerialFailure.BadSetting,
                $"{line.Path}: the driver refuses {line.Baud} baud and gives {got.OutputSpeed}. Use a rate the device can do.");
        const uint checkedFlags = Tty.Size8 | Tty.TwoStopBits | Tty.ParityEnable | Tty.ParityOdd | Tty.StickParity | Tty.HardwareFlow;
        if (((wanted.ControlFlags ^ got.ControlFlags) & checkedFlags) is var differs and not 0 && !IsPty(line.Path))
            throw new SerialException(SerialFailure.BadSetting,
                $"{line.Path}: the driver refuses {Words(differs)}. Use a setting the device can do.");
    }

    static string Words(uint differs) =>
        (differs & Tty.HardwareFlow) != 0 ? "flow: rts_cts"
        : (differs & Tty.StickParity) != 0 ? "mark or space parity"
        : (differs & (Tty.ParityEnable | Tty.ParityOdd)) != 0 ? "the parity"
        : (differs & Tty.TwoStopBits) != 0 ? "the stop bits" : "the data bits";

    // A pty has no wire: Linux keeps it at 8 data bits without parity (drivers/tty/pty.c).
    static bool IsPty(string path) => SerialPorts.RealPath(path)?.StartsWith("/dev/pts/", StringComparison.Ordinal) == true;

    static void Apply(int fd, string path, Rs485Settings settings)
    {
        var rs485 = new Tty.Rs485
        {
            Flags = Rs485Enabled | (settings.RtsOnSend ? Rs485RtsOnSend : Rs485RtsAfterSend)
                | (settings.ReceiveWhileSending ? Rs485ReceiveWhileSending : 0),
            DelayBeforeSendMs = (uint)settings.DelayBeforeSend.TotalMilliseconds,
            DelayAfterSendMs = (uint)settings.DelayAfterSend.TotalMilliseconds,
        };
        if (!Tty.Control(fd, Tty.TIOCSRS485, ref rs485))
            throw new SerialException(SerialFailure.BadSetting, $"{path}: the driver has no RS-485 mode. "
                + "Remove `rs485` when the adapter switches direction by itself (most USB adapters do).");
    }
}
