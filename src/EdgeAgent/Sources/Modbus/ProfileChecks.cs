using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Sources.Modbus;

/// <summary>Findings about the sensor profiles that Modbus units name.</summary>
static class ProfileChecks
{
    /// <summary>Adds the findings of a source.</summary>
    public static void Run(SpecValues source, FindingList findings)
    {
        foreach (var item in source.Items("units"))
            if (item.Nested is { } unit && unit.Find("profile") is { Value: string name } at) Check(name, at, unit, findings);
    }

    /// <summary>Labels that text registers of profiles give to the readings of a source.</summary>
    public static LabelScope Labels(SpecValues source)
    {
        var labels = new HashSet<string>();
        foreach (var item in source.Items("units"))
            if (item.Nested?.Find("profile") is { Value: string name } && SensorProfiles.TryLoad(name, out _) is { } profile)
                labels.UnionWith(profile.Registers.Where(r => r.Type == RegisterType.Text).Select(r => r.Metric));
        return new(labels);
    }

    static void Check(string name, SpecValue at, SpecValues unit, FindingList findings)
    {
        if (SensorProfiles.TryLoad(name, out var wrong) is not { } profile)
        {
            var why = wrong.Count > 0
                ? $"the profile has errors; the first is in line {wrong[0].At.Line}: {wrong[0].Message}"
                : $"no profile is named `{Nearest.Cut(name)}`.{Nearest.Hint(name, SensorProfiles.Names)}";
            findings.Add(FindingCodes.UnknownProfile, at.At, at.Path, why);
            return;
        }

        var known = profile.Registers.Select(r => r.Metric).ToHashSet();
        foreach (var metric in unit.Items("metrics"))
            if (metric.Value is string text && !known.Contains(text))
                findings.Add(FindingCodes.UnknownProfile, metric.At, metric.Path,
                    $"the profile has no metric `{Nearest.Cut(text)}`.{Nearest.Hint(text, known)}");
        foreach (var own in unit.Items("registers"))
            if (own.Nested?.Settings is RegisterSettings r && known.Contains(r.Metric)
                && (unit.Texts("metrics") is [] || unit.Texts("metrics").Contains(r.Metric)))
                findings.Add(FindingCodes.BadCount, own.At, own.Path,
                    $"the profile has a metric {r.Metric} too. Give it another name, or leave it out by `metrics`.");
    }
}
