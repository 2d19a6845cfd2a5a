using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Modbus;

/// <summary>One entry of <c>commands.writes</c> of a Modbus source.</summary>
public static class RegisterWriteSpec
{
    static readonly ComponentSpec Place = new()
    {
        Name = "write register",
        Kind = ComponentKind.Section,
        Doc = "A register or coil that is written.",
        Fields = [.. RegisterSpec.Spec.Fields.Where(f => f.Name is "table" or "address" or "type" or "order" or "scale" or "offset")],
        Build = v => new RegisterSettings
        {
            Metric = "",
            Table = v.Get<RegisterTable>("table"),
            Address = v.Int("address"),
            Type = v.Get<RegisterTable>("table") is RegisterTable.Coil or RegisterTable.Discrete ? RegisterType.Bit
                : v.Get<RegisterType>("type"),
            Order = v.GetNullable<ByteOrder>("order"),
            Scale = v.Get<double>("scale"),
            Offset = v.Get<double>("offset"),
        },
        Check = RegisterSpec.CheckPlace,
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "register write",
        Kind = ComponentKind.Section,
        Doc = "A register or coil that commands may write. Functions 5 and 6, for values of more than one register 16.",
        Fields =
        [
            FieldSpec.Text("name", "What commands call it.") with { Required = true, Example = "setpoint", Syntax = Words.Name },
            FieldSpec.Text("device", "The `device` of one of the units.") with { Required = true, Example = "heater-1" },
            FieldSpec.Text("metric", "A register of that unit or its profile, by its metric.")
                with { DefaultDoc = "none; give `register` instead", Example = "setpoint" },
            FieldSpec.Nested("register", "A register that is not polled.", Place)
                with { DefaultDoc = "none; give `metric` instead", Example = "{ address: 100, type: u16, scale: 0.1 }" },
            FieldSpec.Number("min", "Lowest value that is written; needed unless it is a coil.")
                with { DefaultDoc = "0 for a coil", Example = "0" },
            FieldSpec.Number("max", "Highest value that is written; needed unless it is a coil.")
                with { DefaultDoc = "1 for a coil", Example = "80" },
            FieldSpec.Boolean("verify", "Whether it is read back and compared after writing.", otherwise: true),
            FieldSpec.Boolean("multiple", "Whether functions 15 and 16 write a single one as well, for devices without 5 and 6.",
                otherwise: false),
        ],
        Build = v => new RegisterWriteSettings
        {
            Name = v.Get<string>("name"),
            Device = v.Get<string>("device"),
            Metric = v.GetOrNull<string>("metric"),
            Register = v.Nested<RegisterSettings>("register"),
            Min = v.GetNullable<double>("min") ?? 0,
            Max = v.GetNullable<double>("max") ?? 1,
            Verify = v.Get<bool>("verify"),
            Multiple = v.Get<bool>("multiple"),
        },
        Check = static (v, findings) =>
        {
            if (v.Has("metric") == v.Has("register"))
                findings.Add(v.Has("metric") ? FindingCodes.Exclusive : FindingCodes.NeedsOneOf, v.At, v.Path,
                    "give either `metric` (a register that is polled) or `register`.");
            if (v.TryGet("min", out double min) && v.TryGet("max", out double max) && min > max)
                findings.Add(FindingCodes.OutOfRange, v.Find("min")!.At, v.Find("min")!.Path, "`min` is above `max`. Swap them.");
        },
    };
}
