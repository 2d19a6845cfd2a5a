using EdgeAgent.Native.Files;

namespace EdgeAgent.Fleets.Keeping;

/// <summary>Files that are on the disk when a call returns. Owner only; every failure is an <see cref="IOException"/>.</summary>
static class SyncedFile
{
    /// <summary>Most bytes read of any file here.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>Creates a folder for its owner alone.</summary>
    public static void CreateFolder(string path)
    {
        if (!Directory.Exists(path)) Directory.CreateDirectory(path,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes over the start of a file, which is made so long at its first time that no later write needs space.</summary>
    public static void WriteInPlace(string path, ReadOnlySpan<byte> bytes, int fileBytes)
    {
        Guarded(path, () =>
        {
            if (new FileInfo(path) is { Exists: true } file && file.Length >= fileBytes) return;
            WholeFile.ReplaceDurably(path, made => made.Write(new byte[fileBytes]));
        });
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Replace(string path, ReadOnlyMemory<byte> bytes) =>
        Guarded(path, () => WholeFile.ReplaceDurably(path, to => to.Write(bytes.Span)));

    /// <summary>The bytes of a file; null when there is none that can be read.</summary>
    public static byte[]? TryRead(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MostBytes } ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Deletes a file, if that can be done.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way.
        }
    }

    static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }
}
