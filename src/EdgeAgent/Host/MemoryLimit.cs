namespace EdgeAgent.Host;

/// <summary>The memory the process may take: the smallest limit of its cgroup and those above it.</summary>
/// <remarks>cgroup v2: <c>memory.max</c> below /sys/fs/cgroup (Documentation/admin-guide/cgroup-v2.rst); v1:
/// <c>memory.limit_in_bytes</c> of the memory controller.</remarks>
static class MemoryLimit
{
    // What v1 says for none is the largest number of whole pages, whatever their size.
    const long None = long.MaxValue - (1 << 20);

    /// <summary>The limit [bytes]; <c>long.MaxValue</c> when there is none.</summary>
    public static long Read() => Read(path =>
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    });

    /// <summary>As <see cref="Read()"/>, with the texts of files from <paramref name="read"/>; null where there is none.</summary>
    public static long Read(Func<string, string?> read)
    {
        var limit = long.MaxValue;
        foreach (var line in (read("/proc/self/cgroup") ?? "").Split('\n'))
        {
            var parts = line.Split(':', 3);
            if (parts.Length < 3 || (parts[1] is not "" && !parts[1].Split(',').Contains("memory"))) continue;
            var (root, file) = parts[1] is "" ? ("/sys/fs/cgroup", "memory.max") : ("/sys/fs/cgroup/memory", "memory.limit_in_bytes");
            for (var at = parts[2].TrimEnd('/'); ; at = at[..at.LastIndexOf('/')])
            {
                if (long.TryParse(read($"{root}{at}/{file}")?.Trim(), out var bytes) && bytes is > 0 and < None)
                    limit = Math.Min(limit, bytes);
                if (at.Length == 0) break;
            }
        }

        return limit;
    }
}
