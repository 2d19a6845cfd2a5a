using EdgeAgent.Host;
using Xunit;

namespace EdgeAgent.Tests.Host;

/// <summary>Where the limit of memory is looked for, and what of a bound it leaves.</summary>
public sealed class MemoryLimitTests : IDisposable
{
    readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("0::/system.slice/agent.service", "/sys/fs/cgroup/system.slice/agent.service/memory.max=268435456", 268435456)]
    [InlineData("0::/system.slice/agent.service",
        "/sys/fs/cgroup/system.slice/agent.service/memory.max=max;/sys/fs/cgroup/system.slice/memory.max=1000000", 1000000)]
    [InlineData("5:cpu,memory:/docker/x\n0::/", "/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes=5000000", 5000000)]
    [InlineData("5:memory:/", "/sys/fs/cgroup/memory/memory.limit_in_bytes=9223372036854771712", long.MaxValue)]
    [InlineData("0::/", "", long.MaxValue)]
    public void The_memory_limit_is_the_smallest_of_the_cgroups(string cgroup, string files, long limit)
    {
        var texts = files.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split('=')).ToDictionary(f => f[0], f => f[1]);
        Assert.Equal(limit, MemoryLimit.Read(path => path == "/proc/self/cgroup" ? cgroup : texts.GetValueOrDefault(path)));
    }

    // As systemd 252 lays them out on Debian 12: the service's group with what systemctl set, slices that say nothing, no file at the root.
    [Fact]
    public void Version_2_is_read_as_the_kernel_lays_it_out()
    {
        Put("/proc/self/cgroup", "0::/system.slice/edge-agent.service\n");
        Put("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
        Put("/sys/fs/cgroup/system.slice/memory.max", "max\n");
        Put("/sys/fs/cgroup/system.slice/edge-agent.service/memory.max", "max\n");
        Assert.Equal(long.MaxValue, Read());
        Put("/sys/fs/cgroup/system.slice/edge-agent.service/memory.max", "268435456\n");
        Assert.Equal(256 << 20, Read());
        Put("/sys/fs/cgroup/system.slice/memory.max", "134217728\n");
        Assert.Equal(128 << 20, Read());
    }

    // With a namespace of its own a container sees its group as the root, where there is a limit then.
    [Fact]
    public void A_container_sees_its_own_group_as_the_root()
    {
        Put("/proc/self/cgroup", "0::/\n");
        Put("/sys/fs/cgroup/memory.max", "268435456\n");
        Assert.Equal(256 << 20, Read());
    }

    // Both versions beside each other: the memory controller is with version 1, and version 2 lies elsewhere.
    [Fact]
    public void Where_both_versions_are_the_one_with_the_memory_controller_counts()
    {
        Put("/proc/self/cgroup", "4:memory:/a\n1:cpu:/a\n0::/system.slice/b\n");
        Put("/sys/fs/cgroup/unified/system.slice/b/cgroup.procs", "");
        Put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "268435456\n");
        Assert.Equal(256 << 20, Read());
    }

    void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root.Path + path)!);
        File.WriteAllText(_root.Path + path, text);
    }

    long Read() => MemoryLimit.Read(path => File.Exists(_root.Path + path) ? File.ReadAllText(_root.Path + path) : null);
}
