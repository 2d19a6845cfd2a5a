using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Findings about the targets of a Modbus source's writes, which may be registers of its units' profiles.</summary>
static class CommandChecks
{
    /// <summary>Adds the findings of a source.</summary>
    public static void Run(SpecValues source, FindingList findings)
    {
        // A unit with findings of its own may be the one that is meant.
        if (source.Find("commands")?.Nested is not { } commands || Units(source) is not { } units) return;
        foreach (var item in commands.Items("writes"))
            if (item.Nested is { Settings: RegisterWriteSettings write } entry) Check(entry, write, units, findings);
    }

    static List<ModbusUnitSettings>? Units(SpecValues source)
    {
        var units = new List<ModbusUnitSettings>();
        foreach (var item in source.Items("units"))
        {
            if (item.Nested?.Settings is not ModbusUnitSettings unit) return null;
            if (unit.Profile is { } name)
            {
                if (SensorProfiles.TryLoad(name, out _) is not { } profile) return null;
                unit = profile.ApplyTo(unit with { Metrics = [] });
            }

            units.Add(unit);
        }

        return units;
    }

    static void Check(SpecValues entry, RegisterWriteSettings write, List<ModbusUnitSettings> units, FindingList findings)
    {
        var register = write.Register ?? units.Find(u => u.Device == write.Device)?.Registers.LastOrDefault(r => r.Metric == write.Metric);
        if (register is { IsBits: false } && !(entry.Has("min") && entry.Has("max")))
        {
            findings.Add(FindingCodes.MissingKey, entry.At, entry.Path,
                "`min` and `max` are missing: a value that others send needs its limits.");
            return;
        }

        if (RegisterTarget.Find(write, units, out var failure) is not null) return;
        var at = entry.Find(units.Exists(u => u.Device == write.Device) ? write.Register is null ? "metric" : "register" : "device")
            ?? entry.Find("name")!;
        var hint = at.Spec.Name == "device" ? Nearest.Hint(write.Device, units.Select(u => u.Device)) : "";
        findings.Add(FindingCodes.BadTarget, at.At, at.Path, failure + hint);
    }
}
