using EdgeAgent.Catalog;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;
using EdgeAgent.Machines;

namespace EdgeAgent.Configuration;

/// <summary>Reads and checks a configuration: all findings at once, never an exception on what a file holds.</summary>
/// <remarks>
/// Bounds: 1 MiB, 50,000 nodes, depth 32, 200 findings. Reads the files that <c>${file:…}</c> names and the process's
/// environment. Any thread; nothing is kept.
/// </remarks>
public static class ConfigReader
{
    /// <summary>Reads the file at <paramref name="path"/>; a file that cannot be read is a finding.</summary>
    public static ConfigResult ReadFile(string path)
    {
        var findings = new FindingList(path);
        return ConfigText.TryRead(path, findings) is { } text
            ? Read(text, path, findings, new Machine())
            : new(null, findings.Sorted()) { Path = path };
    }

    /// <summary>Reads <paramref name="text"/>; <paramref name="name"/> is the file's name in findings,
    /// and its folder the one of relative references.</summary>
    public static ConfigResult Read(string text, string name) => Read(text, name, new Machine());

    /// <summary>As <see cref="Read(string, string)"/>, on another machine.</summary>
    internal static ConfigResult Read(string text, string name, Machine machine)
    {
        var findings = new FindingList(name);
        if (text.Length <= ConfigText.MaxBytes) return Read(text, name, findings, machine);
        ConfigText.TooLarge(findings);
        return new(null, findings.Sorted());
    }

    /// <summary>Reads <paramref name="text"/> and puts it together with sections of another configuration.</summary>
    internal static ConfigResult Compose(string text, string name, IComposition by)
    {
        var findings = new FindingList(name);
        if (NodeReader.TryRead(text, findings) is not { } node) return new(null, findings.Sorted()) { Path = name };
        var binder = new SpecBinder(new References(by.Folder, findings, new Machine(), by.References), findings, Components.Group);
        var partial = GatewaySpec.Spec with
        {
            Fields = [.. GatewaySpec.Spec.Fields.Where(field => !by.Kept.Contains(field.Name))],
            Check = null,
            Build = values => values,
        };
        var second = binder.Root(partial, by.Prepare(node, findings));
        by.Check(second, findings);
        var root = new SpecValues(GatewaySpec.Spec, "", "", second.At);
        foreach (var field in GatewaySpec.Spec.Fields)
            if ((by.Kept.Contains(field.Name) ? by.First : second)?.Find(field.Name) is { } value) root.Set(field.Name, value);
        GatewaySpec.Spec.Check!(root, findings);
        CrossChecks.Run(root, findings, second);
        var isWhole = findings.Errors == 0 && root.Has("agent") && second.Settings is not null && root.Written.All(value => value.IsGood);
        if (isWhole) root.Settings = GatewaySpec.Spec.Build(root);
        return new(root.Settings as GatewaySettings, findings.Sorted()) { Root = root, Path = name, Renames = binder.Renames };
    }

    static ConfigResult Read(string text, string name, FindingList findings, Machine machine)
    {
        if (NodeReader.TryRead(text, findings) is not { } node) return new(null, findings.Sorted());
        var references = new References(Path.GetDirectoryName(name) ?? "", findings, machine);
        var binder = new SpecBinder(references, findings, Components.Group);
        var root = binder.Root(GatewaySpec.Spec, node);
        CrossChecks.Run(root, findings);
        return new(findings.Errors == 0 ? root.Settings as GatewaySettings : null, findings.Sorted())
        {
            Root = root,
            Path = name,
            Renames = binder.Renames,
        };
    }
}
