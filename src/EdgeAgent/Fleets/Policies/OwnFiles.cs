using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Policies;

/// <summary>Files of a gateway that no document reaches, whatever it calls them: a link that leads there is followed first.</summary>
/// <remarks>They are what the agent trusts and remembers of its fleet (<c>fleet</c> in the data directory), its pinned root, its own
/// configuration file; and, for writing, what lies in the data directory itself.</remarks>
/// <param name="dataDirectory">The data directory.</param>
/// <param name="others">Other files, such as that of the pinned root.</param>
public sealed class OwnFiles(string dataDirectory, params IReadOnlyList<string> others)
{
    // As the kernel's own limit (path_resolution(7)).
    const int MostLinks = 40;

    /// <summary>Those of a gateway with this file and this <c>fleet.root</c>: a file, unless it is a fingerprint.</summary>
    public static OwnFiles Of(string dataDirectory, string configuration, string? root) =>
        new(dataDirectory, root is null || RootPin.TryParse(root) is not null ? [configuration] : [root, configuration]);

    /// <summary>Where a path leads in the end; null when a document may reach that.</summary>
    public string? Reached(string path, bool isWritten)
    {
        if (path.Contains('\0')) return null; // no file has such a name
        var (real, data) = (Real(path), Real(dataDirectory));
        var isOwn = real == data || real == $"{data}/fleet" || ReachChecks.IsBelow(real, $"{data}/fleet")
            || isWritten && Path.GetDirectoryName(real) == data;
        foreach (var other in others) isOwn |= other.Length > 0 && real == Real(other);
        return isOwn ? real : null;
    }

    /// <summary>The path without links and dots; of what is not there, the name that it would have.</summary>
    static string Real(string path)
    {
        var real = "/";
        var links = 0;
        var rest = new Stack<string>();
        Push(Path.GetFullPath(path));
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            var next = Path.Combine(real, part);
            var target = links < MostLinks ? new FileInfo(next).LinkTarget : null;
            if (target is null)
            {
                real = next;
                continue;
            }

            links++;
            if (target.StartsWith('/')) real = "/";
            Push(target);
        }

        return real;

        void Push(string steps)
        {
            foreach (var step in steps.Split('/').Reverse())
                if (step is not ("" or ".")) rest.Push(step);
        }
    }
}
