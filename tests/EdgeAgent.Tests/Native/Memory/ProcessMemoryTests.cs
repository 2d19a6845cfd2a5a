using System.Runtime.InteropServices;
using EdgeAgent.Native.Memory;
using Xunit;

namespace EdgeAgent.Tests.Native.Memory;

/// <summary>Pages of files leave memory; one that was written to stays, whoever may write to it now.</summary>
public sealed unsafe partial class ProcessMemoryTests
{
    const int ReadOnly = 1, ReadAndWrite = 3, Private = 2;

    // More than is looked at in one go.
    const int Pages = 1300;

    [Fact]
    public void What_was_written_to_stays_and_the_rest_leaves_memory()
    {
        using var temp = new TempDirectory();
        var page = Environment.SystemPageSize;
        var bytes = new byte[Pages * page];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(temp.File("library"), bytes);
        using var file = File.OpenHandle(temp.File("library"));
        var address = (byte*)Mmap(null, (nuint)bytes.Length, ReadAndWrite, Private, (int)file.DangerousGetHandle(), 0);
        var mapped = new Span<byte>(address, bytes.Length);
        foreach (var written in (int[])[0, 511, 512, 700, 701, Pages - 1]) mapped[written * page] = bytes[written * page] ^= 0xFF;
        Assert.Equal(0, Mprotect(address, (nuint)bytes.Length, ReadOnly));
        Assert.True(mapped.SequenceEqual(bytes));
        Assert.Equal(Pages, Resident(address));

        using var pagemap = File.OpenHandle("/proc/self/pagemap");
        ProcessMemory.Drop(pagemap, (ulong)address, (ulong)address + (ulong)bytes.Length);
        Assert.Equal(6, Resident(address));
        Assert.True(mapped.SequenceEqual(bytes));
        Assert.Equal(0, Munmap(address, (nuint)bytes.Length));
    }

    // By smaps: what is mapped there now.
    static int Resident(byte* address)
    {
        var mapping = File.ReadLines("/proc/self/smaps").SkipWhile(l => !l.StartsWith($"{(ulong)address:x}-", StringComparison.Ordinal));
        var rss = mapping.First(l => l.StartsWith("Rss:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return int.Parse(rss, System.Globalization.CultureInfo.InvariantCulture) * 1024 / Environment.SystemPageSize;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Mmap(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Mprotect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Munmap(void* address, nuint length);
}
