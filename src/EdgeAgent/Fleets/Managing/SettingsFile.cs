using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Reads the manager's YAML files by their specs: all findings at once, with line and column.</summary>
static class SettingsFile
{
    /// <summary>Reads one; null with findings when it cannot be used.</summary>
    public static T? Read<T>(ComponentSpec spec, string path, out IReadOnlyList<Finding> findings) where T : class
    {
        var list = new FindingList(path);
        T? settings = null;
        if (ConfigText.TryRead(path, list) is { } text && NodeReader.TryRead(text, list) is { } node)
        {
            var root = new SpecBinder(new References(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", list), list).Root(spec, node);
            if (list.Errors == 0) settings = root.Settings as T;
        }

        findings = list.Sorted();
        return settings;
    }
}
