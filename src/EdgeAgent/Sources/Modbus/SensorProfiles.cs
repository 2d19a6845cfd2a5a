using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Sensor profiles: the built-in ones (the files of <c>hardware/sensors</c>, embedded) and files of the user's.</summary>
static class SensorProfiles
{
    const string Prefix = "sensors/";

    /// <summary>Names of the built-in profiles, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(SensorProfiles).Assembly.GetManifestResourceNames().Where(n =>
            n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..^".yaml".Length]).Order(StringComparer.Ordinal)];

    /// <summary>Reads a profile.</summary>
    /// <param name="name">A built-in one's name, or a path with a <c>/</c>.</param>
    /// <param name="findings">What is wrong with it; findings name the profile's file.</param>
    /// <returns>The profile; null when there is none of this name or it has errors.</returns>
    public static SensorProfile? TryLoad(string name, out IReadOnlyList<Finding> findings)
    {
        var isFile = name.Contains('/');
        var list = new FindingList(isFile ? name : Prefix + name + ".yaml");
        findings = [];
        var text = isFile ? ConfigText.TryRead(name, list) : BuiltIn(name, list);
        if (text is not null && NodeReader.TryRead(text, list) is { } node)
        {
            var root = new SpecBinder(new References(Path.GetDirectoryName(name) ?? "", list), list).Root(SensorProfileSpec.Spec, node);
            if (list.Errors == 0) return root.Settings as SensorProfile;
        }

        findings = list.Sorted();
        return null;
    }

    /// <summary>The unit with the registers of its profile.</summary>
    /// <exception cref="ArgumentException">The profile cannot be read; the configuration was not checked,
    /// or the file changed since.</exception>
    public static ModbusUnitSettings Resolve(ModbusUnitSettings unit) => unit.Profile is not { } name
        ? unit
        : (TryLoad(name, out var findings) ?? throw new ArgumentException(
            $"profile {name}: {(findings.Count > 0 ? findings[0].Message : "there is none of this name")}")).ApplyTo(unit);

    static string? BuiltIn(string name, FindingList findings)
    {
        using var stream = typeof(SensorProfiles).Assembly.GetManifestResourceStream(Prefix + name + ".yaml");
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ConfigText.TryDecode(bytes, findings);
    }
}
