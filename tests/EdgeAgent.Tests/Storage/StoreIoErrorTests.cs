using System.Diagnostics;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Real write errors (EFBIG at changing file size limits) in the middle of commits, in a process of its own.</summary>
public sealed class StoreIoErrorTests
{
    const string ChildMark = "EDGE_AGENT_TEST_IO_CHILD";

    [Fact]
    public void After_write_errors_the_store_reopens_and_equals_its_twin()
    {
        if (Environment.GetEnvironmentVariable(ChildMark) is not null)
        {
            Work();
            return;
        }

        var program = Path.Combine(AppContext.BaseDirectory, "EdgeAgent.Tests");
        Assert.SkipUnless(File.Exists(program) && DataDirectoryTests.Run("prlimit", "--version") == 0, "needs prlimit (util-linux)");
        var start = new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; exec {program} -class {typeof(StoreIoErrorTests).FullName}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[ChildMark] = "1";
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, output);
    }

    static void Work()
    {
        using var c = new StoreCase("sqlite", onFull: OverflowPolicy.Block);
        using var twin = new MemoryStore();
        var random = new Random(1);
        var (sequence, failed) = (0L, 0);
        _ = c.Store;
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 10; i++) Assert.True(TryPut());
            Limit($"{random.Next(30_000, 260_000)}");
            for (var i = 0; i < 6; i++)
                if (!TryPut()) failed++;
            Limit("unlimited");
        }

        Assert.True(TryPut());
        StoreModelTests.Compare(twin, c.Store);
        c.Reopen();
        StoreModelTests.Compare(twin, c.Store);
        Assert.Empty(c.Reports);
        Assert.True(failed > 50, $"only {failed} commits failed");

        bool TryPut()
        {
            var batch = StoreModelTests.Batch(random, twin, (int)sequence, ref sequence);
            try
            {
                c.Store.Commit(batch);
            }
            catch (StoreException e)
            {
                Assert.Equal(StoreFailure.Io, e.Failure);
                return false;
            }

            twin.Commit(batch);
            return true;
        }
    }

    static void Limit(string bytes) =>
        Assert.Equal(0, DataDirectoryTests.Run("prlimit", "--pid", $"{Environment.ProcessId}", $"--fsize={bytes}:unlimited"));
}
