using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Network;

namespace EdgeAgent.Configuration;

/// <summary>Findings about what names what: sources, outputs, labels, sessions.</summary>
static class CrossChecks
{
    /// <summary>Adds the findings of a bound file.</summary>
    /// <param name="root">The whole.</param>
    /// <param name="findings">Gets them.</param>
    /// <param name="part">The part whose paths are looked at; null for the whole.</param>
    public static void Run(SpecValues root, FindingList findings, SpecValues? part = null)
    {
        var sources = Named(root, "sources");
        var outputs = Named(root, "outputs");
        var models = Named(root, "models");
        var usedModels = new HashSet<string>();
        var usedSources = new HashSet<string>();
        var usedOutputs = new HashSet<string>();
        var alerted = new HashSet<string>();
        foreach (var (_, pipeline) in root.Entries("pipelines"))
        {
            if (pipeline.Nested is not { } values) continue;
            Resolve(values, "from", sources, usedSources, FindingCodes.UnknownSource, findings);
            Resolve(values, "to", outputs, usedOutputs, FindingCodes.UnknownOutput, findings);
            if (values.Items("stages").Any(MakesAlerts)) alerted.UnionWith(values.Items("to").Select(to => to.Value).OfType<string>());
            LabelChecks.Run(values, sources, outputs, findings);
            StageChecks.Run(values, sources, findings);
            foreach (var stage in values.Items("stages"))
                if (stage.Nested is { } scoring && scoring.Spec.Field("model") is not null
                    && scoring.Find("model") is { Value: string model } at)
                {
                    usedModels.Add(model);
                    if (!models.ContainsKey(model) && !findings.IsFull)
                        findings.Add(FindingCodes.UnknownModel, at.At, at.Path,
                            $"no model is named `{Nearest.Cut(model)}`.{Nearest.Hint(model, models.Keys)}");
                }
        }

        Unused(sources, usedSources, FindingCodes.UnusedSource, "no pipeline reads from it. Name it under `from`, or remove it.", findings);
        Unused(outputs, usedOutputs, FindingCodes.UnusedOutput, "no pipeline writes to it. Name it under `to`, or remove it.", findings);
        foreach (var (name, output) in outputs)
            if (usedOutputs.Contains(name) && !alerted.Contains(name) && output.Nested?.Settings is OutputSettings { AlertsOnly: true })
                findings.Add(FindingCodes.NoAlerts, output.KeyAt, output.Path,
                    "it takes alerts only, and none of its pipelines makes any: nothing is sent to it. "
                        + "For every record set `records: all`; for alerts give a pipeline a `score` stage with a `threshold`.");
        Unused(models, usedModels, FindingCodes.UnusedModel, "no score stage names it. Name it under `model`, or remove it.", findings);
        BrokerSpec.CheckClientIds(sources.Values, findings);
        foreach (var source in sources.Values) LiteralChecks.Run(source, findings);
        if (root.Find("proxy")?.Nested is { } proxy) AroundProxy(proxy, outputs.Values, findings);
        foreach (var value in (part ?? root).Written) MissingFiles(value, findings);
    }

    static bool MakesAlerts(SpecValue stage) => stage.Nested is { } values && (values.Has("threshold") || values.Has("drift"));

    static void AroundProxy(SpecValues proxy, IEnumerable<SpecValue> components, FindingList findings)
    {
        if (proxy.Settings is not ProxySettings settings) return;
        foreach (var component in components)
            if (component.Nested is { Spec.DirectHosts: { } hosts } values
                && hosts(values).FirstOrDefault(host => !DirectHosts.Have(settings.NoProxy, host)) is { } host)
                findings.Add(FindingCodes.AroundProxy, component.KeyAt, component.Path,
                    $"`{host}` is reached without the proxy: the client library of `{values.Spec.Name}` knows none. Name it under "
                        + "`proxy.no_proxy` where it can be reached so; else send by an `mqtt` output with a `wss` URL, or a `webhook`.");
    }

    static Dictionary<string, SpecValue> Named(SpecValues root, string key) =>
        root.Entries(key).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);

    static void Resolve(SpecValues pipeline, string key, Dictionary<string, SpecValue> known, HashSet<string> used, FindingCode code,
        FindingList findings)
    {
        foreach (var item in pipeline.Items(key))
        {
            if (item.Value is not string name) continue;
            used.Add(name);
            if (!known.ContainsKey(name) && !findings.IsFull)
                findings.Add(code, item.At, item.Path,
                    $"no {(key == "from" ? "source" : "output")} is named `{Nearest.Cut(name)}`.{Nearest.Hint(name, known.Keys)}");
        }
    }

    static void Unused(Dictionary<string, SpecValue> known, HashSet<string> used, FindingCode code, string message, FindingList findings)
    {
        foreach (var (name, value) in known)
            if (!used.Contains(name)) findings.Add(code, value.KeyAt, value.Path, message);
    }

    static void MissingFiles(SpecValue value, FindingList findings)
    {
        if (value is { Spec: { Type: FieldType.Path, Exists: true }, Value: string path } && !File.Exists(path))
            findings.Add(FindingCodes.FileMissing, value.At, value.Path,
                $"{(References.Any(value.Written ?? "") ? "the file" : $"file `{Nearest.Cut(value.Written ?? path)}`")} does not exist "
                    + "here. Put it there before the agent starts, or mend the path.");
        foreach (var item in value.Items) MissingFiles(item, findings);
        foreach (var (_, entry) in value.Entries) MissingFiles(entry, findings);
        foreach (var inner in value.Nested?.Written ?? []) MissingFiles(inner, findings);
    }
}
