using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Modbus;

/// <summary>One entry of <c>units</c>.</summary>
public static class ModbusUnitSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "unit",
        Kind = ComponentKind.Section,
        Doc = "A device on the bus.",
        Fields =
        [
            FieldSpec.Integer("unit", "Unit id, 1 to 247; over TCP also 255.", 1, 255) with { Required = true },
            FieldSpec.Text("device", "Value of the label `device`.") with { Required = true, Example = "meter-1", Syntax = Words.Name },
            FieldSpec.Text("profile", "Sensor profile: the name of a built-in one, or the path of a file (with a `/` in it).")
                with { DefaultDoc = "none", Example = "eastron-sdm630", PathWithSlash = true },
            FieldSpec.List("metrics", "Metrics taken from the profile.", FieldSpec.Text("", "A metric."))
                with { DefaultDoc = "all", Distinct = true, MaxCount = 2000 },
            FieldSpec.List("registers", "What is read, besides the profile.", FieldSpec.Nested("", "A register.", RegisterSpec.Spec))
                with { DefaultDoc = "none", MaxCount = 2000 },
            FieldSpec.Duration("interval", "Poll interval of registers that name none.", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(7))
                with { Default = TimeSpan.FromSeconds(1) },
            RegisterSpec.OrderField("`abcd`") with { Default = ByteOrder.Abcd },
            FieldSpec.Integer("max_gap", "Longest run of unnamed registers a read may go over.", 0, 124) with { Default = 8L },
            FieldSpec.Integer("max_registers", "Most registers in one read.", 1, 125) with { Default = 125L },
            FieldSpec.Map("labels", "Labels added to every series.", FieldType.NewLabel, FieldSpec.Text("", "Value of the label."))
                with { DefaultDoc = "none", MaxCount = 64 },
        ],
        Build = v => new ModbusUnitSettings
        {
            Unit = v.Int("unit"),
            Device = v.Get<string>("device"),
            Profile = v.GetOrNull<string>("profile"),
            Metrics = v.Texts("metrics"),
            Registers = v.All<RegisterSettings>("registers"),
            Interval = v.Get<TimeSpan>("interval"),
            Order = v.Get<ByteOrder>("order"),
            MaxGap = v.Int("max_gap"),
            MaxRegisters = v.Int("max_registers"),
            Labels = v.Entries("labels").ToDictionary(e => e.Key, e => (string)e.Value.Value!),
        },
        Check = static (v, findings) =>
        {
            if (!v.Has("profile") && !v.Has("registers"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path,
                    "neither `profile` nor `registers`. Give at least one, or nothing is read.");
            if (v.Find("metrics") is { } metrics && !v.Has("profile"))
                findings.Add(FindingCodes.NeedsOneOf, metrics.KeyAt, metrics.Path,
                    "`metrics` chooses from a profile. Give `profile`, or remove `metrics`.");
            RegisterSpec.CheckMap(v.Items("registers"), findings);
            CheckLimits(v, findings);
            var labels = v.Entries("labels").Select(e => e.Key).ToHashSet();
            foreach (var item in v.Items("registers"))
                if (item.Nested?.Settings is RegisterSettings { Type: RegisterType.Text } r && labels.Contains(r.Metric))
                    findings.Add(FindingCodes.BadCount, item.At, item.Path,
                        $"the unit has a label {r.Metric} too. Give one of them another name.");
        },
    };

    internal static void CheckLimits(SpecValues v, FindingList findings)
    {
        if (!v.TryGet("max_registers", out long most)) return;
        if (v.Find("max_gap") is { Value: long gap } at && gap >= most)
            findings.Add(FindingCodes.OutOfRange, at.At, at.Path,
                $"a gap of {gap} in a read of at most {most} registers. Use less than {most}.");
        foreach (var item in v.Items("registers"))
            if (item.Nested?.Settings is RegisterSettings { IsBits: false } r && r.Width > most)
                findings.Add(FindingCodes.OutOfRange, item.At, item.Path,
                    $"{r.Metric} has {r.Width} registers, but one read has at most {most}. Raise `max_registers`.");
    }
}
