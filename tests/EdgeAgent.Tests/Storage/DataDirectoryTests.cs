using System.Diagnostics;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>The rows about the data directory in the table of bad input.</summary>
public sealed class DataDirectoryTests
{
    [Fact]
    public void A_missing_directory_is_created_for_its_owner_only()
    {
        using var temp = new TempDirectory();
        var path = temp.File("a/b");
        using var directory = DataDirectory.Prepare(path, 1 << 20).Directory!;
        Assert.Equal(path, directory.Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_file_in_its_place_is_an_error()
    {
        using var temp = new TempDirectory();
        File.WriteAllText(temp.File("data"), "");
        Assert.Contains("is a file; a directory is expected", DataDirectory.Prepare(temp.File("data"), 1).Error);
        Assert.Contains("cannot create it", DataDirectory.Prepare(temp.File("data/below"), 1).Error);
    }

    [Fact]
    public void A_second_owner_is_refused_by_pid_until_the_first_goes()
    {
        using var temp = new TempDirectory();
        using (DataDirectory.Prepare(temp.Path, 1).Directory)
        {
            var second = DataDirectory.Prepare(temp.Path, 1);
            Assert.Null(second.Directory);
            Assert.Contains($"in use by another edge-agent process (pid {Environment.ProcessId})", second.Error);
        }

        Assert.NotNull(DataDirectory.Prepare(temp.Path, 1).Directory);
    }

    [Fact]
    public void A_read_only_file_system_is_named()
    {
        using var temp = new TempDirectory();
        if (!Mounted(temp.Path, "ro,size=1m")) return;
        try
        {
            foreach (var result in (DataDirectoryResult[])[DataDirectory.Prepare(temp.Path, 1), DataDirectory.Prepare(temp.File("x"), 1)])
                Assert.Contains("mounted read-only", result.Error);
        }
        finally
        {
            Unmount(temp.Path);
        }
    }

    [Fact]
    public void Memory_and_too_little_space_are_findings()
    {
        using var temp = new TempDirectory();
        if (!Mounted(temp.Path, "size=3m,mode=700")) return;
        try
        {
            var result = DataDirectory.Prepare(temp.Path, 64 << 20);
            using var directory = result.Directory;
            Assert.NotNull(directory);
            Assert.Collection(result.Warnings,
                w => Assert.Contains("of type tmpfs: it is memory", w),
                w => Assert.Contains("the buffer may still need 74.0 MiB", w));
        }
        finally
        {
            Unmount(temp.Path);
        }
    }

    [Fact]
    public void An_ordinary_user_is_told_its_name_and_the_mode()
    {
        using var temp = new TempDirectory();
        File.SetUnixFileMode(temp.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var result = AsOrdinaryUser(() => DataDirectory.Prepare(temp.Path, 1));
        result.Directory?.Dispose();
        Assert.Contains($"has mode 0500 and is not writable by user {Environment.UserName}", result.Error);
    }

    /// <summary>Runs <paramref name="work"/> on a thread without root's right to write everywhere:
    /// setfsuid(2) counts for one thread and takes the file capabilities.</summary>
    static T AsOrdinaryUser<T>(Func<T> work)
    {
        const uint Nobody = 65534;
        T? result = default;
        var thread = new Thread(() =>
        {
            if (Environment.UserName == "root") SetFsUid(Nobody);
            result = work();
        });
        thread.Start();
        thread.Join();
        return result!;
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "setfsuid")]
    static extern int SetFsUid(uint user);

    [Theory]
    [InlineData("/data/agent", "/data", "ext4", false)]
    [InlineData("/data", "/data", "ext4", false)]
    [InlineData("/database", "/", "overlay", false)]
    [InlineData("/data/my disk/x", "/data/my disk", "nfs4", true)]
    [InlineData("/data/over", "/data/over", "tmpfs", false)]
    public void The_mount_under_a_path_is_found(string path, string point, string type, bool isReadOnly)
    {
        const string text = """
            1 0 0:1 / / rw,relatime - overlay overlay rw,lowerdir=a
            2 1 8:1 / /data rw shared:1 master:2 - ext4 /dev/sda1 rw
            3 2 0:5 / /data/my\040disk rw - nfs4 host:/x ro,vers=4
            4 2 0:6 / /data/over ro - ext4 /dev/sdb rw
            5 2 0:7 / /data/over rw - tmpfs tmpfs rw
            torn line -
            """;
        Assert.Equal(new Mount(point, type, isReadOnly), MountTable.Find(text, path));
    }

    internal static bool Mounted(string path, string options)
    {
        var isMounted = Run("mount", "-t", "tmpfs", "-o", options, "none", path) == 0;
        Assert.SkipUnless(isMounted, "this user may not mount a file system");
        return isMounted;
    }

    internal static void Unmount(string path) => Run("umount", "-l", path);

    internal static int Run(string command, params string[] arguments)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    [Theory]
    [InlineData("0777", "every user")]
    [InlineData("0775", "whole group")]
    [InlineData("0755", null)]
    public void A_directory_that_others_may_write_to_is_warned_of(string mode, string? who)
    {
        using var directory = new TempDirectory();
        File.SetUnixFileMode(directory.Path, (UnixFileMode)Convert.ToInt32(mode, 8));
        var result = DataDirectory.Prepare(directory.Path, 0);
        using var held = result.Directory;
        var found = result.Warnings
            .Where(warning => warning.Contains("may be written to by", StringComparison.Ordinal))
            .ToList();
        if (who is null) Assert.Empty(found);
        else Assert.Contains(who, Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_place_of_pid_and_ballast_are_not_written_through()
    {
        using var directory = new TempDirectory();
        using var elsewhere = new TempDirectory();
        var victim = Path.Combine(elsewhere.Path, "victim");
        File.WriteAllBytes(victim, new byte[8192]);
        foreach (var name in (string[])["pid", "ballast"]) File.CreateSymbolicLink(Path.Combine(directory.Path, name), victim);
        using (DataDirectory.Prepare(directory.Path, 0).Directory)
            Assert.Equal($"{Environment.ProcessId}", File.ReadAllText(Path.Combine(directory.Path, "pid")).Trim());
        var ballast = new Ballast(directory.Path, 8192);
        Assert.True(ballast.TryHold());
        Assert.Null(new FileInfo(Path.Combine(directory.Path, "ballast")).LinkTarget);
        Assert.Equal(new byte[8192], File.ReadAllBytes(victim));
        ballast.Free();
        Assert.True(File.Exists(victim));
    }
}
