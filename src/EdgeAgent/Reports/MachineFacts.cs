using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAgent.Host;
using EdgeAgent.Native.Clock;

namespace EdgeAgent.Reports;

/// <summary>What a report says of the machine: system, memory, disk, clock, limits. What cannot be found out is said so.</summary>
static class MachineFacts
{
    /// <summary>Writes them; <paramref name="dataDirectory"/> is the agent's.</summary>
    public static void Write(TextWriter to, string dataDirectory)
    {
        Fact(to, "system", () =>
            File.ReadLines("/etc/os-release").First(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))[12..].Trim('"'));
        Fact(to, "kernel", () => File.ReadAllText("/proc/version").Split(" (")[0] + ", " + RuntimeInformation.OSArchitecture);
        Fact(to, "processors", () => $"{Environment.ProcessorCount}, load {File.ReadAllText("/proc/loadavg").Trim()}");
        Fact(to, "memory", () => string.Join(", ", File.ReadLines("/proc/meminfo").Take(3).Select(Tight)));
        Fact(to, "up for", () => Invariant($"{TimeSpan.FromMilliseconds(Environment.TickCount64).TotalHours:0.0} h"));
        Fact(to, "clock", () =>
            Invariant($"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ}, {(KernelClock.IsSynchronised() ? "synchronised" : "not synchronised")}, ")
            + $"zone {TimeZoneInfo.Local.Id}");
        Fact(to, "disk", () =>
        {
            var disk = new DriveInfo(dataDirectory);
            return Invariant($"{disk.DriveFormat}, {disk.TotalSize >> 20} MiB, {disk.AvailableFreeSpace >> 20} MiB free, at {disk.Name}");
        });
        Fact(to, "files", () => string.Join(", ", new DirectoryInfo(dataDirectory).EnumerateFileSystemInfos()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => entry is FileInfo file ? Invariant($"{file.Name} {file.Length}") : entry.Name + "/")));
        var process = AgentProcess(dataDirectory);
        Fact(to, "process", () => process is null ? "no agent runs on this data directory"
            : Invariant($"{process}, ") + Chosen($"/proc/{process}/status", "VmPeak", "VmHWM", "VmRSS", "VmSwap", "Threads"));
        var limits = process is null ? "/proc/self" : Invariant($"/proc/{process}");
        Fact(to, "limits", () => Chosen(limits + "/limits", "Max open files", "Max locked", "Max address", "Max processes"));
        Fact(to, "memory limit", () =>
            MemoryLimit.Read(path => Read(path.Replace("/proc/self", limits, StringComparison.Ordinal))) is var bytes
            && bytes == long.MaxValue ? "unlimited" : Invariant($"{bytes >> 20} MiB"));
    }

    /// <summary>The process that holds the data directory; null when none does.</summary>
    public static int? AgentProcess(string dataDirectory) =>
        int.TryParse(Read(Path.Combine(dataDirectory, "pid"))?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && Read(Invariant($"/proc/{id}/comm"))?.Trim() == "edge-agent" ? id : null;

    static void Fact(TextWriter to, string name, Func<string> find)
    {
        string found;
        try
        {
            found = find();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            found = $"not known: {e.Message}";
        }

        to.WriteLine($"{name + ":",-14} {found}");
    }

    static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The lines of a file that begin with one of <paramref name="beginnings"/>.</summary>
    static string Chosen(string path, params string[] beginnings) => string.Join(", ", File.ReadLines(path)
        .Where(line => Array.Exists(beginnings, beginning => line.StartsWith(beginning, StringComparison.Ordinal))).Select(Tight));

    static string Tight(string line) => string.Join(' ', line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
