using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A cgroup with a memory limit, as systemd's <c>MemoryMax=</c> makes one: version 2 where its memory controller may be used, else
/// version 1, below the group this process is in.</summary>
/// <remarks>At the limit the kernel takes back page cache, and then ends a process of the group with SIGKILL:
/// there is no swap in it.</remarks>
sealed class MemoryGroup : IDisposable
{
    readonly string _path;
    readonly bool _isV2;

    /// <summary>Makes one; the test is skipped where that is impossible.</summary>
    public MemoryGroup(long limitBytes)
    {
        var made = TryMake(limitBytes);
        Assert.SkipUnless(made is not null,
            "no cgroup with a memory limit can be made here: that needs root and a memory controller that may be used");
        (_path, _isV2) = made!.Value;
    }

    /// <summary>What has to stand before a command so that it runs inside.</summary>
    public IReadOnlyList<string> Launcher => ["sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", _path];

    /// <summary>Most memory charged, page cache included.</summary>
    public long PeakBytes => long.Parse(ReadOr(_isV2 ? "memory.peak" : "memory.max_usage_in_bytes", "0"));

    /// <summary>Processes ended for want of memory.</summary>
    public long Killed => ReadOr(_isV2 ? "memory.events" : "memory.oom_control", "").Split('\n').Select(l => l.Split(' '))
        .Where(w => w is ["oom_kill", _]).Sum(w => long.Parse(w[1]));

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_path);
        }
        catch (IOException)
        {
            // Something in it is still ending.
        }
    }

    static (string Path, bool IsV2)? TryMake(long limitBytes)
    {
        foreach (var line in File.ReadLines("/proc/self/cgroup"))
        {
            var parts = line.Split(':', 3);
            var isV2 = parts[1] is "";
            if (!isV2 && !parts[1].Split(',').Contains("memory")) continue;
            var parent = (isV2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory") + parts[2].TrimEnd('/');
            var path = $"{parent}/edge-agent-{Guid.NewGuid().ToString("n")[..8]}";
            try
            {
                Directory.CreateDirectory(path);
                if (isV2) File.WriteAllText($"{path}/memory.swap.max", "0");
                File.WriteAllText($"{path}/{(isV2 ? "memory.max" : "memory.limit_in_bytes")}", $"{limitBytes}");
                return (path, isV2);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (Directory.Exists(path)) Directory.Delete(path);
            }
        }

        return null;
    }

    string ReadOr(string file, string otherwise) => File.Exists($"{_path}/{file}") ? File.ReadAllText($"{_path}/{file}").Trim() : otherwise;
}
