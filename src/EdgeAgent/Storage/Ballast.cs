namespace EdgeAgent.Storage;

/// <summary>A file that holds space for the worst day: freed when the disk is full, so that rows can still be deleted.</summary>
/// <remarks>
/// SQLite in WAL mode can neither delete nor checkpoint without space. 1 MiB is room for the WAL at its bound (256 KiB), the same
/// again while it is moved into the database, and the WAL-index. Written in full, because a preallocation alone holds
/// nothing on file systems without fallocate. Owned by the commit thread.
/// </remarks>
sealed class Ballast(string directory, int sizeBytes)
{
    readonly string _path = Path.Combine(directory, "ballast");

    /// <summary>Whether the space is held.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Takes the space if it is not held yet; false when there is none to take.</summary>
    public bool TryHold()
    {
        if (IsHeld) return true;
        try
        {
            var file = new FileInfo(_path);
            if (file is { Exists: true, LinkTarget: null } && file.Length == sizeBytes) return IsHeld = true;
            if (FreeBytes() < 2L * sizeBytes) return false;
            Write();
            return IsHeld = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Free();
            return false;
        }
    }

    /// <summary>Gives the space back to the file system.</summary>
    public void Free()
    {
        IsHeld = false;
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Space that this user can still take on the file system [bytes].</summary>
    public long FreeBytes() => new DriveInfo(directory).AvailableFreeSpace;

    void Write()
    {
        var options = new FileStreamOptions
        {
            // A new file (O_EXCL): whoever put a link here must not have us write where it leads.
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            PreallocationSize = sizeBytes,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        };
        File.Delete(_path);
        using var stream = new FileStream(_path, options);
        var block = new byte[64 << 10];
        Random.Shared.NextBytes(block);
        for (var at = 0; at < sizeBytes; at += block.Length) stream.Write(block.AsSpan(0, Math.Min(block.Length, sizeBytes - at)));
        stream.Flush(flushToDisk: true);
    }
}
