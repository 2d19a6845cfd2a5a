namespace EdgeAgent.Native.Files;

/// <summary>Writes files beside themselves and renames: whoever opens one finds the old or the new one, whole.</summary>
/// <remarks>What is half written stands under the name with <c>.new</c> added, and is written over the next time.</remarks>
public static class WholeFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces a file; after a cut of power it may be empty.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void Replace(string path, Action<Stream> write) => Replace(path, write, isDurable: false);

    /// <inheritdoc cref="Replace(string, Action{Stream})"/>
    public static void Replace(string path, byte[] bytes) => Replace(path, to => to.Write(bytes));

    /// <summary>As <see cref="Replace(string, Action{Stream})"/>, for its owner alone, and on the disk when the call returns.</summary>
    public static void ReplaceDurably(string path, Action<Stream> write) => Replace(path, write, isDurable: true);

    static void Replace(string path, Action<Stream> write, bool isDurable)
    {
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isDurable) options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(beside, options))
        {
            write(stream);
            stream.Flush(flushToDisk: isDurable);
        }

        File.Move(beside, path, overwrite: true);
        if (isDurable) DurableFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
