using System.CommandLine;
using System.Globalization;
using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent modbus</c>: commissioning without a laptop.</summary>
static class ModbusCommand
{
    static readonly ValueArgument<string> Bus = Take.TextArgument("bus", "Device path of the line, or host:port for TCP.",
        "the path of a serial port or host:port, such as /dev/ttyUSB0 or 192.168.1.20:502", isGood: IsBus);
    static readonly ValueOption<int> Unit =
        Take.Whole("--unit", "Unit id.", new(1, 255), initial: 1, example: 17,
            more: "unit ids are 1 to 247; over TCP 255 is the device itself");
    static readonly ChoiceOption<RegisterTable> Table = new("--table", "What kind of register.", RegisterTable.Holding);
    static readonly ValueOption<int> Address = Take.Whole("--address", "Protocol address, from 0.", new(0, 65535), initial: 0, example: 72,
        more: "a data sheet's 40001 is --table holding --address 0");
    static readonly ChoiceOption<RegisterType> Type = new("--type", "How registers make a value.", RegisterType.U16);
    static readonly ChoiceOption<ByteOrder> Order = new("--order", "Order of the bytes of a value of several registers.", ByteOrder.Abcd);
    static readonly ValueOption<int> TimeoutMs =
        Take.Whole("--timeout-ms", "How long to wait for an answer.", new(1, 60_000), initial: 300);
    static readonly Option<bool> RtuOverTcp =
        new("--rtu-over-tcp") { Description = "RTU frames over TCP: a serial device server without Modbus of its own." };

    /// <summary>The command.</summary>
    public static Command Create() => new("modbus", "Finds units on a bus, reads and writes their registers.") { Scan(), Read(), Write() };

    static Command Scan()
    {
        var from = Take.Whole("--from", "First unit id.", new(1, 247), initial: 1);
        var to = Take.Whole("--to", "Last unit id.", new(1, 247), initial: 247, example: 32);
        var command = new Command("scan", "Asks every unit id for one register and shows which answer.") { from, to };
        return Finish(command, (parsed, master) =>
        {
            var found = 0;
            var (first, last) = (parsed.GetValue(from), parsed.GetValue(to));
            Console.Error.WriteLine($"asking units {first} to {last}; without any answers that takes "
                + $"{Math.Max(0, last - first + 1) * parsed.GetValue(TimeoutMs) / 1000.0:0} s");
            for (var unit = first; unit <= last; unit++)
            {
                var answer = master.Ask(new((byte)unit, PollPlan.ReadFunction(Table.Of(parsed)), (ushort)parsed.GetValue(Address), 1));
                if (answer.Status is AnswerStatus.TimedOut) continue;
                found++;
                Console.Out.WriteLine($"unit {unit}: {Words(answer)} in {Milliseconds(master.ElapsedNs)}");
            }

            Console.Out.WriteLine($"{found} units answered");
            return found > 0 ? ExitCode.Good : ExitCode.Failed;
        });
    }

    static Command Read()
    {
        var count = Take.Whole("--count", "How many values; for text, registers.", new(1, 65536), initial: 1, example: 10);
        var profile = Take.Text("--profile", "Reads all values of a sensor profile: a built-in name or a path.",
            "a name or a path, such as --profile eastron-sdm120");
        var command = new Command("read", "Reads values.") { count, profile, Unit };
        return Finish(command, (parsed, master) =>
        {
            var registers = parsed.GetValue(profile) is { } name ? Registers(name) : Registers(parsed, parsed.GetValue(count));
            if (registers is null) return ExitCode.Configuration;
            var settings = new ModbusUnitSettings { Unit = parsed.GetValue(Unit), Device = "unit", Order = Order.Of(parsed),
                MaxRegisters = 80, Registers = registers };
            var failed = 0;
            foreach (var read in PollPlan.For(settings)) failed += Show(master, read, Order.Of(parsed)) ? 0 : 1;
            return failed == 0 ? ExitCode.Good : ExitCode.Failed;
        });
    }

    static Command Write()
    {
        var value = Take.NumberArgument("value", "The value; for a coil 0 or 1.", "230.5");
        var command = new Command("write", "Writes one value to holding registers or a coil, and reads it back.") { Unit };
        return Finish(command, (parsed, master) =>
        {
            var register = Registers(parsed, 1)![0];
            var data = new byte[register.IsBits ? 1 : 2 * register.Width];
            var number = parsed.GetValue(value);
            if (register.Table is RegisterTable.Input or RegisterTable.Discrete || register.Type == RegisterType.Text)
                return Fail($"{register.Table} {register.Type} cannot be written. Use --table holding or coil and a number.");
            if (register.IsBits) data[0] = (byte)(number != 0 ? 1 : 0);
            else if (!RegisterEncoder.TryEncode(register, Order.Of(parsed), number, data))
                return Fail($"{number} does not fit {register.Type}.");
            var function = register.IsBits ? ModbusFunction.WriteCoil
                : register.Width == 1 ? ModbusFunction.WriteRegister
                : ModbusFunction.WriteRegisters;
            var answer = master.Ask(
                new((byte)parsed.GetValue(Unit), function, (ushort)register.Address, (ushort)(register.IsBits ? 1 : register.Width), data));
            if (answer.Status != AnswerStatus.Ok) return Fail(Words(answer));
            var settings =
                new ModbusUnitSettings { Unit = parsed.GetValue(Unit), Device = "unit", Order = Order.Of(parsed), Registers = [register] };
            return Show(master, PollPlan.For(settings)[0], Order.Of(parsed)) ? ExitCode.Good : ExitCode.Failed;
        }, value);
    }

    static Command Finish(Command command, Func<ParseResult, ModbusMaster, int> run, Argument? last = null)
    {
        var line = new LineOptions();
        command.Add(Bus);
        if (last is not null) command.Add(last);
        foreach (var option in new Option[] { Table, Address, Type, Order, TimeoutMs, RtuOverTcp }) command.Add(option);
        line.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = Settings(parsed, line);
            if (command.Options.Contains(Unit) && parsed.GetValue(Unit) is var unit && unit > 247
                && !(unit == 255 && settings.Line is null))
            {
                Console.Error.WriteLine($"--unit: `{unit}` was given. Expected {Unit.Expected}.");
                return ExitCode.Usage;
            }

            try
            {
                using var master = ModbusMaster.Open(settings, new SystemClock());
                return run(parsed, master);
            }
            catch (WireException e)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCode.Unavailable;
            }
        });
        return command;
    }

    static ModbusSourceSettings Settings(ParseResult parsed, LineOptions line)
    {
        var bus = parsed.GetValue(Bus)!;
        var colon = Colon(bus);
        return new()
        {
            Name = "command",
            Line = colon < 0 ? line.Read(parsed, bus) : null,
            Host = colon < 0 ? null : bus[..colon],
            Port = colon > 0 ? Port(bus, colon) : 502,
            RtuOverTcp = colon > 0 && parsed.GetValue(RtuOverTcp),
            AnswerTimeout = TimeSpan.FromMilliseconds(parsed.GetValue(TimeoutMs)),
            Units = [],
        };
    }

    static bool IsBus(string bus) => Colon(bus) is var colon && (colon < 0 ? bus.Length > 0 : colon > 0 && Port(bus, colon) > 0);

    static int Colon(string bus) => bus.StartsWith('/') ? -1 : bus.LastIndexOf(':');

    static int Port(string bus, int colon) =>
        ushort.TryParse(bus.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    static IReadOnlyList<RegisterSettings>? Registers(string profile)
    {
        if (SensorProfiles.TryLoad(profile, out var findings) is { } found)
            return [.. found.Registers.Select(r => r with { Order = r.Order ?? found.Order })];
        foreach (var finding in findings) Console.Error.WriteLine(finding);
        if (findings.Count == 0)
            Console.Error.WriteLine($"no profile is named {profile}. There are: {string.Join(", ", SensorProfiles.Names)}.");
        return null;
    }

    static List<RegisterSettings> Registers(ParseResult parsed, int count)
    {
        var table = Table.Of(parsed);
        var type = table is RegisterTable.Coil or RegisterTable.Discrete ? RegisterType.Bit : Type.Of(parsed);
        var first =
            new RegisterSettings { Metric = "", Table = table, Address = parsed.GetValue(Address), Type = type, LengthRegisters = count };
        if (type == RegisterType.Text) return [first];
        return [.. Enumerable.Range(0, Math.Max(1, count)).Select(i => first with { Address = first.Address + i * first.Width })
            .Where(r => r.Address + r.Width <= 65536)];
    }

    static bool Show(ModbusMaster master, PlannedRead read, ByteOrder order)
    {
        var answer = master.Ask(read.Request);
        if (answer.Status != AnswerStatus.Ok)
        {
            var asked = read.Request;
            Console.Error.WriteLine(
                $"unit {asked.Unit}, {asked.Function} {asked.Address} to {asked.Address + asked.Count - 1}: {Words(answer)}");
            return false;
        }

        foreach (var planned in read.Values)
        {
            var r = planned.Register;
            var name = r.Metric.Length > 0 ? r.Metric : $"{r.Table.ToString().ToLowerInvariant()} {r.Address}";
            if (r.Type == RegisterType.Text)
            {
                Console.Out.WriteLine(
                    $"{name} = \"{RegisterFormat.ReadText(master.Data.Slice(planned.Position, 2 * r.Width), r.Order ?? order)}\"");
                continue;
            }

            var status = planned.Format.Read(master.Data, planned.Position, out var value);
            var note = status == ValueStatus.Ok ? "" : status == ValueStatus.Invalid ? "  (not a number)" : "  (outside its valid range)";
            Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{name} = {Digits(r, value)}{(r.Unit is { } unit ? " " + unit : "")}{note}"));
        }

        return true;
    }

    // A single has seven digits; as a double it would show seventeen.
    static string Digits(RegisterSettings r, double value) =>
        r.Type == RegisterType.F32 ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
            : value.ToString("G15", CultureInfo.InvariantCulture);

    static string Words(ModbusAnswer answer) => answer.Status switch
    {
        AnswerStatus.Ok => "answers",
        AnswerStatus.Exception => $"refuses: {ModbusAnswer.Explain(answer.ExceptionCode)}",
        AnswerStatus.TimedOut => "no answer. Check unit id, baud, parity and wiring.",
        AnswerStatus.Corrupt => "a damaged answer. Check baud, parity, termination and cable.",
        _ => "an answer that does not fit the question",
    };

    static string Milliseconds(long ns) => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e6:0.0} ms");

    static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return ExitCode.Failed;
    }
}
