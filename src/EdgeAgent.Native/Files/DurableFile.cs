using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Native.Files;

/// <summary>Writes into a file in place and syncs its data alone; syncs a directory.</summary>
/// <remarks>
/// .NET syncs by fsync(2), which also writes the time of the last change: on ext4 a transaction of the file system's journal, about
/// 12 KB, at every call. Where no length changes fdatasync(2) is enough. pwrite(2), fdatasync(2), fsync(2), open(2).
/// </remarks>
public static unsafe partial class DurableFile
{
    const int Interrupted = 4;
    const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Writes all of <paramref name="bytes"/> at <paramref name="at"/>.</summary>
    /// <exception cref="IOException">Not all of it was written.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long at)
    {
        // The bytes are pinned for the calls, each of which is given no more than what is left of them.
        fixed (byte* first = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var written = PWrite(file, first + done, (nuint)(bytes.Length - done), at + done);
                if (written > 0) done += (int)written;
                else if (written == 0 || Marshal.GetLastPInvokeError() != Interrupted) throw Failed("pwrite");
            }
        }
    }

    /// <summary>Returns when what was written is on the disk; a new length may not be.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SyncData(SafeFileHandle file)
    {
        while (FDataSync(file) != 0)
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failed("fdatasync");
    }

    /// <summary>Returns when the names in a directory are on the disk.</summary>
    /// <exception cref="IOException">It cannot be opened, or the disk failed.</exception>
    public static void SyncDirectory(string path)
    {
        var descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0) throw Failed("open");
        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FSync(directory) != 0) throw Failed("fsync");
    }

    static IOException Failed(string call) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint PWrite(SafeFileHandle file, byte* bytes, nuint count, long at);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);
}
