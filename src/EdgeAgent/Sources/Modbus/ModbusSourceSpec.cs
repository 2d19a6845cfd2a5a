using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Specs;
using EdgeAgent.Sources.Commands;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>A <c>type: modbus</c> source.</summary>
public static class ModbusSourceSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "modbus",
        Kind = ComponentKind.Source,
        Doc = "A Modbus master on one RTU line or one TCP connection. Neighbouring registers are read in one request; "
            + "a unit that fails is tried less often and does not slow its neighbours.",
        Example = """
            meters:
              type: modbus
              line: { path: /dev/ttyUSB0, baud: 9600 }
              units:
                - { unit: 1, device: main-meter, profile: eastron-sdm630, interval: 1s }
            """,
        Fields =
        [
            FieldSpec.Nested("line", "The serial line, for RTU.", SerialLineSpec.Spec) with { DefaultDoc = "none; give `address` instead" },
            FieldSpec.Of(FieldType.HostPort, "address", "Host and port, for TCP.")
                with { DefaultDoc = "none; give `line` instead", Example = "192.0.2.10:502" },
            FieldSpec.Enum("framing", "What travels over the connection of `address`.",
                new("tcp", false, "Modbus TCP."),
                new("rtu", true, "RTU frames, as a serial device server without Modbus of its own passes them on."))
                    with { Default = false, DefaultDoc = "`tcp`; on a `line` always RTU" },
            FieldSpec.List("units", "The devices.", FieldSpec.Nested("", "A device.", ModbusUnitSpec.Spec))
                with { Required = true, MinCount = 1, MaxCount = 247 },
            FieldSpec.Duration("answer_timeout", "How long a unit may take to answer, from the end of the request.",
                TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)) with { Default = TimeSpan.FromSeconds(1) },
            FieldSpec.Integer("retries", "Further tries of a failed poll before the unit counts as failing.", 0, 10) with { Default = 1L },
            FieldSpec.Enum("silence", "Silence between frames above 19,200 baud.",
                new("fixed", true, "1.75 ms, as the specification recommends."),
                new("characters", false, "3.5 characters, for units known to be fast.")) with { Default = true },
            FieldSpec.Duration("max_backoff", "Longest time between tries of a unit that does not answer.", TimeSpan.FromMilliseconds(10),
                TimeSpan.FromHours(1)) with { Default = TimeSpan.FromMinutes(1) },
            CommandsSpec.Field(RegisterWriteSpec.Spec, "commands: { url: mqtt://127.0.0.1, topic: plant7/heaters/commands, writes: "
                + "[{ name: setpoint, device: heater-1, metric: setpoint, min: 0, max: 80 }] }"),
        ],
        Build = v =>
        {
            var address = v.GetOrNull<string>("address");
            var colon = address?.LastIndexOf(':') ?? -1;
            return new ModbusSourceSettings
            {
                Name = v.Name,
                Line = v.Nested<SerialLineSettings>("line"),
                Host = address?[..colon].Trim('[', ']'),
                Port = address is null ? 502 : int.Parse(address.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture),
                RtuOverTcp = v.Get<bool>("framing"),
                Units = v.All<ModbusUnitSettings>("units"),
                AnswerTimeout = v.Get<TimeSpan>("answer_timeout"),
                Retries = v.Int("retries"),
                FixedSilence = v.Get<bool>("silence"),
                MaxBackoff = v.Get<TimeSpan>("max_backoff"),
                Commands = v.Nested<CommandsSettings>("commands"),
            };
        },
        Check = Check,
        Labels = static (v, scope) =>
        {
            scope = scope.Or(new(RegisterSpec.Labels.ToHashSet()));
            foreach (var unit in v.Items("units"))
                scope = unit.Nested is { } nested ? scope.Or(LabelsOf(nested)) : scope with { IsOpen = true };
            return scope.Or(ProfileChecks.Labels(v));
        },
    };

    /// <summary>The source.</summary>
    internal static readonly SourceKind Kind = SourceKind.Of<ModbusSourceSettings>(Spec,
        (settings, context) => WiredSource.Create(settings.Name, settings.Commands, context,
            inbox => new ModbusPoller(settings, context.Feed, context.Series, context.Clock, context.Log, inbox)),
        (settings, _) => [ModbusProbe.Run(settings)], new() { Commands = settings => settings.Commands, Plan = PollPlanText.Lines });

    static LabelScope LabelsOf(SpecValues unit) => new(
        unit.Entries("labels").Select(e => e.Key).Concat(unit.Items("registers").Select(
            r => r.Nested?.Settings).OfType<RegisterSettings>().Where(r => r.Type == RegisterType.Text).Select(r => r.Metric)).ToHashSet());

    static void Check(SpecValues v, FindingList findings)
    {
        if (v.Has("line") == v.Has("address"))
            findings.Add(v.Has("line") ? FindingCodes.Exclusive : FindingCodes.NeedsOneOf, v.At, v.Path,
                "give either `line` (RTU) or `address` (TCP).");
        if (v.Find("framing") is { } framing && v.Has("line"))
            findings.Add(FindingCodes.Exclusive, framing.KeyAt, framing.Path,
                "a `line` always carries RTU frames; `framing` is for `address`. Remove it.");
        if (v.Find("line")?.Nested?.Find("data_bits") is { Value: not 8L and not null } bits)
            findings.Add(FindingCodes.OutOfRange, bits.At, bits.Path,
                "Modbus RTU needs 8 data bits (Modbus over Serial Line V1.02 §2.5.1). Use 8.");
        var units = new Dictionary<long, SpecValue>();
        var devices = new Dictionary<string, SpecValue>();
        foreach (var item in v.Items("units"))
        {
            if (item.Nested is not { } unit) continue;
            if (unit.Find("unit") is { Value: long id } at)
            {
                if (id > 247 && !(id == 255 && v.Has("address")))
                    findings.Add(FindingCodes.OutOfRange, at.At, at.Path,
                        $"{id} is above the maximum 247 (248 to 255 are reserved; over TCP 255 is the device itself). Use 1 to 247.");
                else if (!units.TryAdd(id, item))
                    findings.Add(FindingCodes.BadCount, at.At, at.Path,
                        $"unit {id} is also in line {units[id].At.Line}. Put its registers together.");
            }

            if (unit.Find("device") is { Value: string device } name && !devices.TryAdd(device, item))
                findings.Add(FindingCodes.BadCount, name.At, name.Path,
                    $"device {device} is also in line {devices[device].At.Line}; their series could not be told apart. Give each its own.");
        }

        ProfileChecks.Run(v, findings);
        CommandChecks.Run(v, findings);
    }
}
