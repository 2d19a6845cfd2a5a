using System.CommandLine;
using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Native.Serial;
using EdgeAgent.Simulations;
using EdgeAgent.Sources.Modbus;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent simulate</c>: devices on a pseudo terminal, to try a configuration without hardware.</summary>
static class SimulateCommand
{
    static readonly SystemClock Clock = new();
    static readonly ValueOption<string?> Link =
        Take.Text("--link", "Makes this path a link to the pseudo terminal.", "a path, such as --link /tmp/bus");
    static readonly ValueOption<double?> Seconds =
        Take.Number("--seconds", "Stop after so long. [default: at Ctrl-C]", 0, 1e9, initial: null, example: 10);

    /// <summary>The command.</summary>
    public static Command Create() => new("simulate", "Simulates devices on a pseudo terminal.") { Modbus(), Line() };

    static Command Modbus()
    {
        var profile = Take.Text("--profile", "Sensor profile: a built-in name or a path.",
            "a name or a path, such as --profile eastron-sdm120");
        profile.Required = true;
        var unit = Take.Wholes("--unit", "Unit ids that answer; may be given several times.", new(1, 247), initial: 1, example: 17);
        var baud = Take.Whole("--baud", "Holds answers back as long as they would take on a wire of this rate; 0 for no wait.", new(0,
            12_000_000), initial: 0, example: 9600);
        var exact = new Option<bool>("--exact") { Description = "Keeps the times of the wire exactly, at the price of a whole "
            + "core; for measurements." };
        var command = new Command("modbus",
            "A Modbus RTU bus whose units have the registers of a profile; their values move slowly inside their valid ranges.")
        {
            profile, unit, baud, exact, Link, Seconds
        };
        command.SetAction(parsed =>
        {
            if (SensorProfiles.TryLoad(parsed.GetValue(profile)!, out var findings) is not { } found)
            {
                foreach (var finding in findings) Console.Error.WriteLine(finding);
                if (findings.Count == 0)
                    Console.Error.WriteLine(
                        $"no profile is named {parsed.GetValue(profile)}. There are: {string.Join(", ", SensorProfiles.Names)}.");
                return ExitCode.Configuration;
            }

            byte[] units = [.. parsed.GetValue(unit)!.Select(u => (byte)u)];
            return OnPty(parsed, new SimulatedBus(found, units, parsed.GetValue(baud), parsed.GetValue(exact), Clock).Run);
        });
        return command;
    }

    static Command Line()
    {
        var text = Take.Texts("--text", "A line; {n} is a rising number, {v} a slow wave. May be given several times.",
            "a line, such as --text 't={v}'");
        text.Required = true;
        var interval = Take.Number("--interval-ms", "Time between lines, in milliseconds.", 0.001, 86_400_000, initial: 1000, example: 200);
        var nmea = new Option<bool>("--nmea") { Description = "Puts $ before and the check behind each line." };
        var command = new Command("line", "A device that sends lines.") { text, interval, nmea, Link, Seconds };
        command.SetAction(parsed =>
        {
            var every = TimeSpan.FromMilliseconds(parsed.GetValue(interval)!.Value);
            return OnPty(parsed, new SimulatedLine(parsed.GetValue(text)!, every, parsed.GetValue(nmea), Clock).Run);
        });
        return command;
    }

    static int OnPty(ParseResult parsed, Action<PseudoTerminal, MonotonicTime> run)
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
            run(pty, parsed.GetValue(Seconds) is { } seconds ? Clock.Monotonic + TimeSpan.FromSeconds(seconds) : MonotonicTime.Never);
            if (link is not null) File.Delete(link);
            return ExitCode.Good;
        }
        catch (Exception e) when (e is SerialException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Failed;
        }
    }
}
