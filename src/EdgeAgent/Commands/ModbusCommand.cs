using System.CommandLine;
using System.Globalization;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Commands;

/// <summary><c>edge-agent modbus</c>: commissioning without a laptop.</summary>
static class ModbusCommand
{
    static readonly Argument<string> Bus = new("bus") { Description = "Device path of the line, or host:port for TCP." };
    static readonly Option<int> Unit = new("--unit") { Description = "Unit id.", DefaultValueFactory = _ => 1 };
    static readonly Option<RegisterTable> Table = new("--table") { Description = "holding, input, coil or discrete.", DefaultValueFactory = _ => RegisterTable.Holding };
    static readonly Option<int> Address = new("--address") { Description = "Protocol address, from 0." };
    static readonly Option<RegisterType> Type = new("--type") { Description = "How registers make a value: u16, i16, u32, i32, u64, i64, f32, f64, bcd16, bcd32, bcd64, text.", DefaultValueFactory = _ => RegisterType.U16 };
    static readonly Option<WordOrder> Order = new("--order") { Description = "abcd, cdab, badc or dcba.", DefaultValueFactory = _ => WordOrder.Abcd };
    static readonly Option<int> TimeoutMs = new("--timeout-ms") { Description = "How long to wait for an answer.", DefaultValueFactory = _ => 300 };

    static readonly Option<bool> RtuOverTcp = new("--rtu-over-tcp") { Description = "RTU frames over TCP: a serial device server without Modbus of its own." };

    /// <summary>The command.</summary>
    public static Command Create() => new("modbus", "Finds units on a bus, reads and writes their registers.") { Scan(), Read(), Write() };

    static Command Scan()
    {
        var from = new Option<int>("--from") { Description = "First unit id.", DefaultValueFactory = _ => 1 };
        var to = new Option<int>("--to") { Description = "Last unit id.", DefaultValueFactory = _ => 247 };
        var command = new Command("scan", "Asks every unit id for one register and shows which answer.") { from, to };
        return Finish(command, (parsed, master) =>
        {
            var found = 0;
            var (first, last) = (Math.Max(1, parsed.GetValue(from)), Math.Min(247, parsed.GetValue(to)));
            Console.Error.WriteLine($"asking units {first} to {last}; without any answers that takes {Math.Max(0, last - first + 1) * parsed.GetValue(TimeoutMs) / 1000.0:0} s");
            for (var unit = first; unit <= last; unit++)
            {
                var answer = master.Ask(new((byte)unit, PollPlan.ReadFunction(parsed.GetValue(Table)), (ushort)parsed.GetValue(Address), 1));
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
        var count = new Option<int>("--count") { Description = "How many values; for text, registers.", DefaultValueFactory = _ => 1 };
        var profile = new Option<string?>("--profile") { Description = "Reads all values of a sensor profile: a built-in name or a path." };
        var command = new Command("read", "Reads values.") { count, profile, Unit };
        return Finish(command, (parsed, master) =>
        {
            var registers = parsed.GetValue(profile) is { } name ? Registers(name) : Registers(parsed, parsed.GetValue(count));
            if (registers is null) return ExitCode.Configuration;
            var settings = new ModbusUnitSettings { Unit = parsed.GetValue(Unit), Device = "unit", Order = parsed.GetValue(Order), MaxRegisters = 80, Registers = registers };
            var failed = 0;
            foreach (var read in PollPlan.For(settings)) failed += Show(master, read, parsed.GetValue(Order)) ? 0 : 1;
            return failed == 0 ? ExitCode.Good : ExitCode.Failed;
        });
    }

    static Command Write()
    {
        var value = new Argument<double>("value") { Description = "The value; for a coil 0 or 1." };
        var command = new Command("write", "Writes one value to holding registers or a coil, and reads it back.") { Unit };
        return Finish(command, (parsed, master) =>
        {
            var register = Registers(parsed, 1)![0];
            var data = new byte[register.IsBits ? 1 : 2 * register.Width];
            var number = parsed.GetValue(value);
            if (register.Table is RegisterTable.Input or RegisterTable.Discrete || register.Type == RegisterType.Text)
                return Fail($"{register.Table} {register.Type} cannot be written. Use --table holding or coil and a number.");
            if (register.IsBits) data[0] = (byte)(number != 0 ? 1 : 0);
            else if (!RegisterEncoder.TryEncode(register, parsed.GetValue(Order), number, data)) return Fail($"{number} does not fit {register.Type}.");
            var function = register.IsBits ? ModbusFunction.WriteCoil : register.Width == 1 ? ModbusFunction.WriteRegister : ModbusFunction.WriteRegisters;
            var answer = master.Ask(new((byte)parsed.GetValue(Unit), function, (ushort)register.Address, (ushort)(register.IsBits ? 1 : register.Width), data));
            if (answer.Status != AnswerStatus.Ok) return Fail(Words(answer));
            var settings = new ModbusUnitSettings { Unit = parsed.GetValue(Unit), Device = "unit", Order = parsed.GetValue(Order), Registers = [register] };
            return Show(master, PollPlan.For(settings)[0], parsed.GetValue(Order)) ? ExitCode.Good : ExitCode.Failed;
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
            if (command.Options.Contains(Unit) && parsed.GetValue(Unit) is var unit && unit is < 1 or > 247 && !(unit == 255 && settings.Line is null))
                return Fail($"unit {unit}: unit ids are 1 to 247; over TCP 255 is the device itself.");
            if (parsed.GetValue(Address) is < 0 or > 65535) return Fail("addresses are 0 to 65535: a data sheet's 40001 is --table holding --address 0.");
            try
            {
                using var master = ModbusMaster.Open(settings);
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
        var colon = bus.StartsWith('/') ? -1 : bus.LastIndexOf(':');
        return new()
        {
            Name = "command",
            Line = colon < 0 ? line.Read(parsed, bus) : null,
            Host = colon < 0 ? null : bus[..colon],
            Port = colon > 0 && ushort.TryParse(bus.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) ? port : 502,
            RtuOverTcp = colon > 0 && parsed.GetValue(RtuOverTcp),
            AnswerTimeout = TimeSpan.FromMilliseconds(Math.Clamp(parsed.GetValue(TimeoutMs), 1, 60_000)),
            Units = [],
        };
    }

    static IReadOnlyList<RegisterSettings>? Registers(string profile)
    {
        if (SensorProfiles.TryLoad(profile, out var findings) is { } found) return [.. found.Registers.Select(r => r with { Order = r.Order ?? found.Order })];
        foreach (var finding in findings) Console.Error.WriteLine(finding);
        if (findings.Count == 0) Console.Error.WriteLine($"no profile is named {profile}. There are: {string.Join(", ", SensorProfiles.Names)}.");
        return null;
    }

    static List<RegisterSettings> Registers(ParseResult parsed, int count)
    {
        var table = parsed.GetValue(Table);
        var type = table is RegisterTable.Coil or RegisterTable.Discrete ? RegisterType.Bit : parsed.GetValue(Type);
        var first = new RegisterSettings { Metric = "", Table = table, Address = parsed.GetValue(Address), Type = type, LengthRegisters = count };
        if (type == RegisterType.Text) return [first];
        return [.. Enumerable.Range(0, Math.Max(1, count)).Select(i => first with { Address = first.Address + i * first.Width }).Where(r => r.Address + r.Width <= 65536)];
    }

    static bool Show(ModbusMaster master, PlannedRead read, WordOrder order)
    {
        var answer = master.Ask(read.Request);
        if (answer.Status != AnswerStatus.Ok)
        {
            var asked = read.Request;
            Console.Error.WriteLine($"unit {asked.Unit}, {asked.Function} {asked.Address} to {asked.Address + asked.Count - 1}: {Words(answer)}");
            return false;
        }

        foreach (var planned in read.Values)
        {
            var r = planned.Register;
            var name = r.Metric.Length > 0 ? r.Metric : $"{r.Table.ToString().ToLowerInvariant()} {r.Address}";
            if (r.Type == RegisterType.Text)
            {
                Console.Out.WriteLine($"{name} = \"{RegisterFormat.ReadText(master.Data.Slice(planned.Position, 2 * r.Width), r.Order ?? order)}\"");
                continue;
            }

            var status = planned.Format.Read(master.Data, planned.Position, out var value);
            var note = status == ValueStatus.Ok ? "" : status == ValueStatus.Invalid ? "  (not a number)" : "  (outside its valid range)";
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} = {Digits(r, value)}{(r.Unit is { } unit ? " " + unit : "")}{note}"));
        }

        return true;
    }

    // A single has seven digits; as a double it would show seventeen.
    static string Digits(RegisterSettings r, double value) =>
        r.Type == RegisterType.F32 ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("G15", CultureInfo.InvariantCulture);

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
