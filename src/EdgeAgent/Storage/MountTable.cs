namespace EdgeAgent.Storage;

/// <summary>Finds the file system under a path in the text of <c>/proc/self/mountinfo</c>.</summary>
/// <remarks>Source: proc(5). Fields: id, parent, device, root, mount point, options, optional fields, "-", type, source,
/// super options.</remarks>
public static class MountTable
{
    /// <summary>The mount that holds an absolute path without links, or null when the text names none.</summary>
    public static Mount? Find(string mountInfo, string path)
    {
        Mount? best = null;
        foreach (var line in mountInfo.Split('\n'))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash < 6 || fields.Length < dash + 4) continue;
            var point = Unescape(fields[4]);
            if (!Holds(point, path) || (best is not null && point.Length < best.Point.Length)) continue;
            var isReadOnly = HasOption(fields[5], "ro") || HasOption(fields[dash + 3], "ro");
            best = new Mount(point, fields[dash + 1], isReadOnly);
        }

        return best;
    }

    static bool Holds(string point, string path) =>
        point == "/" || path == point || (path.StartsWith(point, StringComparison.Ordinal) && path[point.Length] == '/');

    static bool HasOption(string options, string option) => Array.IndexOf(options.Split(','), option) >= 0;

    // Space, tab, line feed and backslash come as \ooo.
    static string Unescape(string field) =>
        field.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
