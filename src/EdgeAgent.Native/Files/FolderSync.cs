using System.Runtime.InteropServices;

namespace EdgeAgent.Native.Files;

/// <summary>Makes the names in a folder durable: a new file's name is, once its folder is synced (fsync(2)).
/// .NET opens no folders.</summary>
public static partial class FolderSync
{
    // O_RDONLY | O_CLOEXEC; the rest of the flags differ between processors.
    const int ReadOnly = 0x80000;

    /// <summary>Syncs a folder.</summary>
    /// <exception cref="IOException">It cannot be opened or synced; the message has the error number.</exception>
    public static void Sync(string path)
    {
        var folder = Open(path, ReadOnly);
        if (folder < 0) throw new IOException($"{path} cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        var result = Fsync(folder);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(folder);
        if (result < 0) throw new IOException($"{path} cannot be synced: error {error}.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
