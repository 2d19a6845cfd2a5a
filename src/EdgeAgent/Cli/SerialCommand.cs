using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent serial</c>: what an installer looks at a line with.</summary>
static class SerialCommand
{
    static readonly int[] LikelyRates = [9600, 115200, 19200, 38400, 4800, 57600, 2400, 230400, 1200];
    const long GuessNs = 1_500_000_000;

    /// <summary>The command.</summary>
    public static Command Create() => new("serial", "Lists serial ports and listens to them.") { List(), Listen() };

    static Command List()
    {
        var command = new Command("list", "Lists serial ports with driver, USB ids, stable paths and who holds them.");
        command.SetAction(_ =>
        {
            var ports = SerialPorts.All();
            if (ports.Count == 0) Console.Out.WriteLine("no serial ports");
            foreach (var port in ports)
            {
                Console.Out.WriteLine($"{port.Path}  "
                    + $"{port.Driver}{(port.UsbIds is { } ids ? "  " + ids : "")}{(port.Product is { } product ? "  " + product : "")}");
                foreach (var stable in port.StablePaths) Console.Out.WriteLine($"  {stable}");
                if (port.Holder is not null) Console.Out.WriteLine($"  held by {port.HolderText}");
            }

            return ExitCode.Good;
        });
        return command;
    }

    static Command Listen()
    {
        var path = Take.TextArgument("port", "Device path.",
            "the path of a serial port, such as /dev/ttyUSB0; `edge-agent serial list` shows them");
        var line = new LineOptions();
        var seconds = Take.Number("--seconds", "Stop after so long. [default: at Ctrl-C]", 0, 1e9, initial: null, example: 10);
        var guess = new Option<bool>("--guess") { Description = "Try usual rates and tell which gives the most text." };
        var command = new Command("listen", "Shows what comes on a line, in hexadecimal and as text.") { path, seconds, guess };
        line.AddTo(command);
        command.SetAction(parsed =>
        {
            try
            {
                var settings = line.Read(parsed, parsed.GetValue(path)!);
                return parsed.GetValue(guess) ? Guess(settings) : Show(settings, parsed.GetValue(seconds) ?? double.PositiveInfinity);
            }
            catch (SerialException e)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCode.Unavailable;
            }
        });
        return command;
    }

    static int Show(SerialLineSettings settings, double seconds)
    {
        using var port = SerialPort.Open(settings);
        var buffer = new byte[16];
        var clock = new SystemClock();
        var start = clock.Monotonic.Ns;
        var end = double.IsFinite(seconds) ? start + (long)(seconds * 1e9) : long.MaxValue;
        for (var now = start; now < end; now = clock.Monotonic.Ns)
        {
            var n = port.Read(buffer, Math.Min(end - now, 1_000_000_000));
            if (n > 0) Console.Out.WriteLine(Dump(buffer.AsSpan(0, n), clock.Monotonic.Ns - start));
        }

        return ExitCode.Good;
    }

    static int Guess(SerialLineSettings settings)
    {
        var best = (Score: 0.0, Baud: 0);
        foreach (var baud in LikelyRates)
        {
            using var port = SerialPort.Open(settings with { Baud = baud });
            var bytes = Collect(port);
            var score = bytes.Count == 0 ? 0
                : (double)bytes.Count(b => b is (>= 0x20 and < 0x7F) or (byte)'\r' or (byte)'\n' or (byte)'\t') / bytes.Count;
            Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{baud,7} baud: {bytes.Count} bytes, {100 * score:0} % text"));
            if (bytes.Count >= 10 && score > best.Score) best = (score, baud);
        }

        Console.Out.WriteLine(best.Score > 0.9 ? $"likely {best.Baud} baud"
            : best.Baud == 0 ? "nothing came; is the device sending, and are the wires the right way round?"
            : "no rate gives text: the line may carry binary frames, or parity differs");
        return ExitCode.Good;
    }

    static List<byte> Collect(SerialPort port)
    {
        var bytes = new List<byte>();
        var buffer = new byte[256];
        var clock = new SystemClock();
        var end = clock.Monotonic.Ns + GuessNs;
        for (var now = clock.Monotonic.Ns; now < end && bytes.Count < 2000; now = clock.Monotonic.Ns)
            if (port.Read(buffer, end - now) is > 0 and var n) bytes.AddRange(buffer.AsSpan(0, n));
        return bytes;
    }

    static string Dump(ReadOnlySpan<byte> bytes, long sinceNs)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{sinceNs / 1e9,10:0.000}  ");
        for (var i = 0; i < 16; i++) text.Append(i < bytes.Length ? $"{bytes[i]:x2} " : "   ");
        text.Append(' ');
        foreach (var b in bytes) text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        return text.ToString();
    }
}
