using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Fleets.Policies;

/// <summary>Findings about what a document would reach: writes to devices, files, hosts. Looks at bound values, wherever they came
/// from.</summary>
/// <param name="reach">What the gateway allows.</param>
/// <param name="dataDirectory">Its data directory, absolute.</param>
/// <param name="own">Files that no document reaches.</param>
/// <param name="findings">Gets the findings.</param>
sealed class ReachChecks(FleetReach reach, string dataDirectory, OwnFiles own, FindingList findings)
{
    const string FileSource = "file ";

    // Where systems keep their authorities, and files of packages.
    static readonly string[] s_system = ["/etc/ssl", "/etc/pki", "/usr/share", "/usr/local/share"];

    /// <summary>Whether an absolute path without <c>..</c> lies below a folder.</summary>
    public static bool IsBelow(string path, string folder)
    {
        folder = folder.TrimEnd('/');
        return path.Length > folder.Length + 1 && path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length] == '/';
    }

    /// <summary>Looks at a value and all below it.</summary>
    public void Run(SpecValue value) => Run(value, []);

    /// <param name="value">The value.</param>
    /// <param name="hosts">Where what stands here is sent to: the addresses of the innermost component that has any.</param>
    void Run(SpecValue value, IReadOnlyList<string> hosts)
    {
        if (value.Spec.WritesDevices && !reach.Allow.Contains(FleetReach.Commands))
            findings.Add(FindingCodes.NotAllowedFromAfar, value.KeyAt, value.Path,
                "lets others write to devices, which this gateway does not allow from afar. Remove it, or "
                    + "name `commands` in `fleet.allow` of the gateway.");
        if (value.Value is string text && (value.Spec.Type == FieldType.Path || value.Spec.PathWithSlash && text.StartsWith('/')))
            Path(value, text);
        else if (HostOf(value) is { } host && !reach.AllowsHost(host))
            findings.Add(FindingCodes.HostElsewhere, value.At, value.Path,
                "the host is not one that this gateway opens to documents. Name it in `fleet.allow_hosts` of the gateway, or use another.");
        foreach (var source in value.Sources)
            if (source.StartsWith(FileSource, StringComparison.Ordinal)) Secret(value, source[FileSource.Length..], hosts);
        foreach (var item in value.Items) Run(item, hosts);
        foreach (var (_, entry) in value.Entries) Run(entry, hosts);
        if (value.Nested is not { } nested) return;
        List<string> own = [.. nested.Written.Concat(nested.Written.SelectMany(inner => inner.Items)).Select(HostOf).OfType<string>()];
        foreach (var inner in nested.Written) Run(inner, own.Count > 0 ? own : hosts);
    }

    /// <summary>A secret in a folder below one of <c>fleet.secrets</c> is for the host that the folder is named after.</summary>
    void Secret(SpecValue value, string name, IReadOnlyList<string> hosts)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(dataDirectory, name));
        if (reach.SecretFolders.FirstOrDefault(folder => IsBelow(path, folder)) is not { } found) return;
        var rest = path[(found.TrimEnd('/').Length + 1)..];
        if (rest.IndexOf('/') is not (> 0 and var end)) return;
        if (hosts.Count > 0 && hosts.All(host => host.Equals(rest[..end], StringComparison.OrdinalIgnoreCase))) return;
        findings.Add(FindingCodes.SecretElsewhere, value.At, value.Path,
            $"this secret is for the host `{Nearest.Cut(rest[..end])}`, after which its folder is named, and would go to another one.");
    }

    void Path(SpecValue value, string path)
    {
        var failure = value.Spec.Use switch
        {
            PathUse.Write => IsOutput(path) ? null
                : "a document writes files only in a folder below the data directory, other than `fleet`. Use a path such as "
                    + "`out/summaries.jsonl`",
            PathUse.Device => IsBelow(path, "/dev") ? null : "a document names devices only under `/dev`",
            _ => IsBelow(path, dataDirectory) && !IsBelow(path, dataDirectory.TrimEnd('/') + "/fleet")
                || reach.SecretFolders.Any(folder => IsBelow(path, folder))
                || s_system.Any(folder => IsBelow(path, folder)) ? null
                : "a document names files only below the data directory (but `fleet`), below `fleet.secrets`, and where the system keeps "
                    + "its authorities. Put the file there",
        };
        if (failure is null && own.Reached(path, value.Spec.Use == PathUse.Write) is { } real)
            failure = real == path ? "this file is the agent's own and never a document's. Name another one"
                : $"it leads by a link to `{real}`, which is the agent's own and never a document's. Name another file, or remove the link";
        if (failure is not null) findings.Add(FindingCodes.PathElsewhere, value.At, value.Path, $"{failure}.");
    }

    // The agent's own files lie in the data directory itself and in `fleet`.
    bool IsOutput(string path) =>
        IsBelow(path, dataDirectory) && path[(dataDirectory.TrimEnd('/').Length + 1)..].Split('/') is { Length: > 1 } parts
            && parts[0] != "fleet";

    static string? HostOf(SpecValue value) => (value.Spec.Type, value.Value) switch
    {
        (FieldType.Url, Uri url) => url.Host.Trim('[', ']'),
        (FieldType.HostPort, string address) => address[..Math.Max(0, address.LastIndexOf(':'))].Trim('[', ']'),
        _ => null,
    };
}
