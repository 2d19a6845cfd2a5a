using System.Diagnostics;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A small file system that can be filled and emptied again: tmpfs, which needs root to mount.</summary>
sealed class SmallDisk : IDisposable
{
    const int BlockBytes = 64 * 1024;
    bool _mounted;

    /// <summary>Mounts one; the test is skipped where that is impossible.</summary>
    public SmallDisk(Workspace workspace, int mebibytes, string options = "")
    {
        Path = Directory.CreateDirectory(workspace["disk"]).FullName;
        _mounted = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m{options}", "edge-agent-test", Path);
        Assert.SkipUnless(_mounted, "a small disk cannot be mounted here: that needs root");
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Leaves not one free block.</summary>
    public void Fill()
    {
        var block = new byte[BlockBytes];
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, 0);
        for (var size = BlockBytes; size >= 512;)
        {
            try
            {
                file.Write(block.AsSpan(0, size));
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    /// <summary>Takes away what <see cref="Fill"/> wrote.</summary>
    public void Empty() => File.Delete(Filler);

    /// <summary>Mounts it anew with other options.</summary>
    public bool Remount(string options) => Run("mount", "-o", $"remount,{options}", Path);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mounted) Run("umount", "-l", Path);
        _mounted = false;
    }

    static bool Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
