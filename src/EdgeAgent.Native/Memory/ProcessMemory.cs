using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Native.Memory;

/// <summary>Gives memory back to the system that start-up used and running does not.</summary>
/// <remarks>
/// Sources: malloc_trim(3); madvise(2), MADV_DONTNEED on a file mapping drops its pages, which the next use takes again from the page
/// cache; but a page that was written to is lost, so those are left out by what proc_pid_pagemap(5) says. Such pages are there without the
/// right to write, too: the loader and the runtime take it from pages that they have filled.
/// </remarks>
public static unsafe partial class ProcessMemory
{
    const int DontNeed = 4;
    const int PagesAtOnce = 512;

    /// <summary>Returns free blocks of the C library's heap, and pages of program and libraries that may not be needed again.</summary>
    /// <exception cref="IOException">What is mapped cannot be read.</exception>
    public static void Trim()
    {
        MallocTrim(0);
        using var pagemap = File.OpenHandle("/proc/self/pagemap");
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // start-end r-xp offset device inode path; models, which are files too, are in use.
            var dash = line.IndexOf('-');
            var space = line.IndexOf(' ');
            if (dash < 0 || space < dash || line.Length < space + 5 || line[space + 2] == 'w' || line[space + 4] != 'p') continue;
            var path = line.IndexOf('/') is > 0 and var at ? line.AsSpan(at) : [];
            if (!path.SequenceEqual(Environment.ProcessPath) && !path.Contains(".so", StringComparison.Ordinal)) continue;
            if (!ulong.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)) continue;
            var last = line.AsSpan(dash + 1, space - dash - 1);
            if (!ulong.TryParse(last, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)) continue;
            Drop(pagemap, start, end);
        }
    }

    /// <summary>Drops pages of a private file mapping of this process, but those that were written to.</summary>
    /// <param name="pagemap">/proc/self/pagemap.</param>
    /// <param name="start">Of a page.</param>
    /// <param name="end">Of a page; not included.</param>
    public static void Drop(SafeFileHandle pagemap, ulong start, ulong end)
    {
        var pageBytes = (ulong)Environment.SystemPageSize;
        Span<ulong> entries = stackalloc ulong[PagesAtOnce];
        while (start < end)
        {
            var pages = (int)Math.Min(PagesAtOnce, (end - start) / pageBytes);
            var at = (long)(start / pageBytes * sizeof(ulong));
            pages = RandomAccess.Read(pagemap, MemoryMarshal.AsBytes(entries[..pages]), at) / sizeof(ulong);
            if (pages == 0) return;
            for (int from = 0, to = 0; from < pages; from = ++to)
            {
                while (to < pages && IsOfFile(entries[to])) to++;
                // The range lies in one mapping, and each of its pages is still as in the file.
                if (to > from) Madvise((void*)(start + (ulong)from * pageBytes), (nuint)(to - from) * (nuint)pageBytes, DontNeed);
            }

            start += (ulong)pages * pageBytes;
        }
    }

    // Bit 63: in memory, 62: in swap, 61: of a file or shared. A page written to is in memory or in swap, and not of the file any more.
    static bool IsOfFile(ulong entry) => (entry >> 61) is 0b101 or 0;

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(void* address, nuint length, int advice);
}
