using System.CommandLine;
using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Modbus;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent simulate</c>: devices on a pseudo terminal, to try a configuration without hardware.</summary>
static class SimulateCommand
{
    static readonly ValueOption<string?> Link = Take.Text("--link", "Makes this path a link to the pseudo terminal.", "a path, such as --link /tmp/bus");
    static readonly ValueOption<double?> Seconds = Take.Number("--seconds", "Stop after so long. [default: at Ctrl-C]", 0, 1e9, initial: null, example: 10);

    /// <summary>The command.</summary>
    public static Command Create() => new("simulate", "Simulates devices on a pseudo terminal.") { Modbus(), Line() };

    static Command Modbus()
    {
        var profile = Take.Text("--profile", "Sensor profile: a built-in name or a path.", "a name or a path, such as --profile eastron-sdm120");
        profile.Required = true;
        var unit = Take.Wholes("--unit", "Unit ids that answer; may be given several times.", 1, 247, initial: 1, example: 17);
        var baud = Take.Whole("--baud", "Holds answers back as long as they would take on a wire of this rate; 0 for no wait.", 0, 12_000_000, initial: 0, example: 9600);
        var exact = new Option<bool>("--exact") { Description = "Keeps the times of the wire exactly, at the price of a whole core; for measurements." };
        var command = new Command("modbus", "A Modbus RTU bus whose units have the registers of a profile; their values move slowly inside their valid ranges.") { profile, unit, baud, exact, Link, Seconds };
        command.SetAction(parsed =>
        {
            if (SensorProfiles.TryLoad(parsed.GetValue(profile)!, out var findings) is not { } found)
            {
                foreach (var finding in findings) Console.Error.WriteLine(finding);
                if (findings.Count == 0) Console.Error.WriteLine($"no profile is named {parsed.GetValue(profile)}. There are: {string.Join(", ", SensorProfiles.Names)}.");
                return ExitCode.Configuration;
            }

            return OnPty(parsed, (pty, end) => Answer(pty, end, found, [.. parsed.GetValue(unit)!.Select(u => (byte)u)], parsed.GetValue(baud), parsed.GetValue(exact)));
        });
        return command;
    }

    static Command Line()
    {
        var text = Take.Texts("--text", "A line; {n} is a rising number, {v} a slow wave. May be given several times.", "a line, such as --text 't={v}'");
        text.Required = true;
        var interval = Take.Number("--interval-ms", "Time between lines, in milliseconds.", 0.001, 86_400_000, initial: 1000, example: 200);
        var nmea = new Option<bool>("--nmea") { Description = "Puts $ before and the check behind each line." };
        var command = new Command("line", "A device that sends lines.") { text, interval, nmea, Link, Seconds };
        command.SetAction(parsed => OnPty(parsed, (pty, end) =>
        {
            var texts = parsed.GetValue(text)!;
            var stepNs = Math.Max(1, (long)(parsed.GetValue(interval)!.Value * 1e6));
            var next = SystemClock.MonotonicNs;
            var buffer = new byte[256];
            for (var n = 0L; SystemClock.MonotonicNs < end; n++, next += stepNs)
            {
                while (next - SystemClock.MonotonicNs is > 0 and var wait) pty.Read(buffer, Math.Min(wait, 100_000_000));
                var line = texts[n % texts.Length].Replace("{n}", $"{n}").Replace("{v}", FormattableString.Invariant($"{20 + 5 * Math.Sin(n / 30.0):0.00}"));
                pty.Write(Encoding.UTF8.GetBytes(parsed.GetValue(nmea) ? $"${line}*{Checksum.Xor(Encoding.UTF8.GetBytes(line)):X2}\r\n" : line + "\r\n"));
            }
        }));
        return command;
    }

    static int OnPty(ParseResult parsed, Action<PseudoTerminal, long> run)
    {
        try
        {
            using var pty = new PseudoTerminal();
            var link = parsed.GetValue(Link);
            if (link is not null)
            {
                if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
                File.CreateSymbolicLink(link, pty.Path);
            }

            Console.Out.WriteLine(link ?? pty.Path);
            Console.Out.Flush();
            run(pty, parsed.GetValue(Seconds) is { } seconds ? SystemClock.MonotonicNs + (long)(seconds * 1e9) : long.MaxValue);
            if (link is not null) File.Delete(link);
            return ExitCode.Good;
        }
        catch (Exception e) when (e is SerialException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Failed;
        }
    }

    static void Answer(PseudoTerminal pty, long end, SensorProfile profile, byte[] units, int baud, bool exact)
    {
        var slave = new ModbusSlave();
        var received = new byte[1024];
        var frame = new byte[RtuCodec.MaxBytes];
        var kept = 0;
        var timing = baud > 0 ? new RtuTiming(baud) : default;
        for (var now = SystemClock.MonotonicNs; now < end; now = SystemClock.MonotonicNs)
        {
            var n = pty.Read(received.AsSpan(kept), exact ? 0 : Math.Min(end - now, 1_000_000_000));
            if (n <= 0) continue;
            var heardNs = SystemClock.MonotonicNs;
            kept += n;
            while (RtuRequestReader.TryFind(received.AsSpan(0, kept), out var start, out var length, out _))
            {
                var request = received.AsSpan(start, length);
                Move(slave, profile);
                if (request[0] == 0 || Array.IndexOf(units, request[0]) >= 0)
                {
                    frame[0] = request[0];
                    var answerBytes = RtuCodec.Seal(frame, 1 + slave.Answer(request[1..^2], frame.AsSpan(1)));
                    var dueNs = baud > 0 ? heardNs + timing.OnWireNs(length + answerBytes) + timing.BetweenFramesNs : 0;
                    while (dueNs - SystemClock.MonotonicNs is > 0 and var wait)
                        if (!exact) pty.Wake.Wait(wait);
                    if (request[0] != 0) pty.Write(frame.AsSpan(0, answerBytes));
                }

                received.AsSpan(start + length, kept - start - length).CopyTo(received);
                kept -= start + length;
            }

            RtuRequestReader.TryFind(received.AsSpan(0, kept), out _, out _, out var drop);
            if (drop == 0 && kept == received.Length) drop = kept;
            received.AsSpan(drop, kept - drop).CopyTo(received);
            kept -= drop;
        }
    }

    // Each value moves on a sine of its own period between its limits, or around 100 where it has none.
    static void Move(ModbusSlave slave, SensorProfile profile)
    {
        var seconds = SystemClock.MonotonicNs / 1e9;
        for (var i = 0; i < profile.Registers.Count; i++)
        {
            var r = profile.Registers[i];
            var low = double.IsFinite(r.Min) ? r.Min : 0;
            var high = double.IsFinite(r.Max) ? r.Max : Math.Max(low + 1, 200);
            var value = low + (high - low) * (0.5 + 0.2 * Math.Sin(seconds / (20 + i)));
            if (r.Type == RegisterType.Text) WriteText(r, profile.Order, slave.Registers(r.Table, r.Address));
            else if (r.IsBits) slave.Bits(r.Table)[r.Address] = value > (low + high) / 2;
            else RegisterEncoder.TryEncode(r, profile.Order, value, slave.Registers(r.Table, r.Address));
        }
    }

    // A device's text is the name of its label in capitals, cut to the register's length.
    static void WriteText(RegisterSettings r, WordOrder order, Span<byte> to)
    {
        var swap = (r.Order ?? order) is WordOrder.Badc or WordOrder.Dcba ? 1 : 0;
        var text = "SIM-" + r.Metric.ToUpperInvariant();
        for (var i = 0; i < 2 * r.Width; i++) to[i ^ swap] = i < text.Length ? (byte)text[i] : (byte)0;
    }
}
