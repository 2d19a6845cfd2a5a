using System.Globalization;

namespace EdgeAgent.Native.Serial;

/// <summary>Finds serial ports by <c>/sys/class/tty</c>.</summary>
public static class SerialPorts
{
    /// <summary>All ports with hardware behind them, in order of name.</summary>
    public static IReadOnlyList<SerialPortInfo> All(string sysFolder = "/sys/class/tty", string devFolder = "/dev")
    {
        var found = new List<SerialPortInfo>();
        if (!Directory.Exists(sysFolder)) return found;
        var links = StableLinks(devFolder);
        foreach (var entry in Directory.EnumerateFileSystemEntries(sysFolder).Order(StringComparer.Ordinal))
        {
            var device = System.IO.Path.Combine(entry, "device");
            if (RealPath(device) is not { } real || LinkName(System.IO.Path.Combine(real, "driver")) is not { } driver) continue;

            // The 8250 driver announces ports that are not there; they have type 0.
            if (TryText(System.IO.Path.Combine(entry, "type")) is "0") continue;
            var name = System.IO.Path.GetFileName(entry);
            var path = System.IO.Path.Combine(devFolder, name);
            var (ids, product) = Usb(real);
            found.Add(new(path, driver, ids, product, [.. links.Where(l => l.Target == path).Select(l => l.Link)], HolderOf(path)));
        }

        return found;
    }

    /// <summary>A path with all links resolved, or null when it leads nowhere.</summary>
    public static string? RealPath(string path)
    {
        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (!info.Exists) return null;
            return (info.ResolveLinkTarget(returnFinalTarget: true) ?? info) is { Exists: true } target ? target.FullName : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The process that has <paramref name="path"/> open, as far as this user may see; null for none.</summary>
    public static int? HolderOf(string path)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(System.IO.Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                foreach (var fd in Directory.EnumerateFileSystemEntries($"{process}/fd"))
                    if (new FileInfo(fd).LinkTarget == path) return id;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or another user's.
            }
        }

        return null;
    }

    internal static string PermissionAdvice(string path, string real)
    {
        var group = GroupOf(real);
        return group is null
            ? $"{path}: this user may not open it. Install hardware/boards/99-edge-agent.rules, or add the user to the port's group."
            : $"{path}: this user may not open it; it belongs to group {group}. Run `usermod -aG {group} {Environment.UserName}` and "
                + "start the agent anew.";
    }

    // By udev's convention; the group itself would need a stat structure, which differs between machines.
    static string? GroupOf(string real)
    {
        var groups = File.Exists("/etc/group") ? File.ReadAllLines("/etc/group").Select(l => l.Split(':')[0]).ToHashSet() : [];
        string[] likely = real.StartsWith("/dev/tty", StringComparison.Ordinal) ? ["dialout", "uucp"] : ["tty"];
        return likely.FirstOrDefault(groups.Contains);
    }

    static (string? Ids, string? Product) Usb(string device)
    {
        for (var at = device; at is { Length: > 8 }; at = System.IO.Path.GetDirectoryName(at))
        {
            if (TryText(System.IO.Path.Combine(at, "idVendor")) is not { } vendor) continue;
            var words = new[] { "manufacturer", "product", "serial" }.Select(f => TryText(System.IO.Path.Combine(at, f)))
                .Where(t => !string.IsNullOrEmpty(t));
            var product = string.Join(' ', words);
            return ($"{vendor}:{TryText(System.IO.Path.Combine(at, "idProduct"))}", product.Length == 0 ? null : product);
        }

        return (null, null);
    }

    static List<(string Link, string Target)> StableLinks(string devFolder)
    {
        var links = new List<(string, string)>();
        var folder = System.IO.Path.Combine(devFolder, "serial");
        if (!Directory.Exists(folder)) return links;
        foreach (var link in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (RealPath(link) is { } target) links.Add((link, target));
        return links;
    }

    static string? LinkName(string link) => RealPath(link) is { } target ? System.IO.Path.GetFileName(target) : null;

    static string? TryText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
