using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Modbus;

/// <summary>A file of <c>hardware/sensors</c>.</summary>
public static class SensorProfileSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "profile",
        Kind = ComponentKind.Section,
        Doc = "The register map of one kind of Modbus device.",
        Fields =
        [
            FieldSpec.Text("model", "Maker and model.") with { Required = true },
            FieldSpec.Text("source", "The document the map is taken from.") with { Required = true },
            FieldSpec.Text("line", "Factory settings of the line, for the installer.") with { DefaultDoc = "unknown" },
            RegisterSpec.OrderField("`abcd`") with { Default = ByteOrder.Abcd },
            FieldSpec.Integer("max_gap", "Longest run of unnamed registers a read may go over.", 0, 124) with { Default = 8L },
            FieldSpec.Integer("max_registers", "Most registers the device gives in one read.", 1, 125) with { Default = 125L },
            FieldSpec.List("registers", "The map.", FieldSpec.Nested("", "A register.", RegisterSpec.Spec))
                with { Required = true, MinCount = 1, MaxCount = 2000 },
        ],
        Build = v => new SensorProfile
        {
            Order = v.Get<ByteOrder>("order"),
            MaxGap = v.Int("max_gap"),
            MaxRegisters = v.Int("max_registers"),
            Registers = v.All<RegisterSettings>("registers"),
        },
        Check = static (v, findings) =>
        {
            RegisterSpec.CheckMap(v.Items("registers"), findings);
            ModbusUnitSpec.CheckLimits(v, findings);
        },
    };
}
