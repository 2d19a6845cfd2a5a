using System.Globalization;

namespace EdgeAgent.Storage;

/// <summary>The data directory, owned by this process as long as the object lives.</summary>
/// <remarks>
/// Ownership is an exclusive <c>flock</c> on the file <c>lock</c>, which the kernel gives back when the process ends however it ends;
/// the file <c>pid</c> beside it only tells people who owns it. A directory created here has mode 0700.
/// </remarks>
public sealed class DataDirectory : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    readonly FileStream _lock;

    DataDirectory(string path, FileStream ownership) => (Path, _lock) = (path, ownership);

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>Creates the directory if it is missing, takes ownership and looks for trouble.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="maxSizeBytes">Bound of the buffer; less free space than it still needs is a warning.</param>
    public static DataDirectoryResult Prepare(string path, long maxSizeBytes)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (File.Exists(path)) return Failed(NotADirectory(path));
            if (!System.IO.Directory.Exists(path)) System.IO.Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(NotCreated(path, e));
        }

        FileStream? ownership = null;
        try
        {
            ownership = OpenLock(path);
            WritePid(path);
            return new DataDirectoryResult(new DataDirectory(path, ownership), null, Warnings(path, maxSizeBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ownership?.Dispose();
            return Failed(NotTaken(path, e));
        }
    }

    /// <summary>Gives the directory back.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(PidPath(Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A stale pid misleads nobody: it is read only while the lock is held.
        }

        _lock.Dispose();
    }

    static FileStream OpenLock(string path) => new(System.IO.Path.Combine(path, "lock"), new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    // .NET cannot read a file that another process holds with flock, so the pid lies beside the lock.
    static void WritePid(string path)
    {
        try
        {
            // A new file (O_EXCL): whoever put a link here must not have us write where it leads.
            File.Delete(PidPath(path));
            using var file = new StreamWriter(new FileStream(PidPath(path), FileMode.CreateNew, FileAccess.Write));
            file.Write(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (IOException)
        {
            // A full disk: the agent starts and waits for space; the pid only tells people who holds the lock.
        }
    }

    static string PidPath(string path) => System.IO.Path.Combine(path, "pid");

    static DataDirectoryResult Failed(string error) => new(null, error, []);

    static string NotADirectory(string path) =>
        $"agent.data_dir: {path} is a file; a directory is expected. Remove the file or name another path.";

    static string NotCreated(string path, Exception e) =>
        FileSystem(Existing(path)) is { IsReadOnly: true } mount
            ? ReadOnly(path, mount)
            : $"agent.data_dir: {path} does not exist and user {Environment.UserName} cannot create it: "
                + $"{e.Message} Create it and give it to that user.";

    static string NotTaken(string path, Exception e)
    {
        if (FileSystem(path) is { IsReadOnly: true } mount) return ReadOnly(path, mount);
        if (e is UnauthorizedAccessException)
        {
            var closed = FirstClosed(path);
            var mode = Convert.ToString((int)File.GetUnixFileMode(closed ?? path), 8).PadLeft(4, '0');
            return $"agent.data_dir: {closed ?? path} has mode {mode} and is not writable by user {Environment.UserName}"
                + $"{(closed is null ? "" : "; an agent ran here as another user")}. Give all of it to that user: "
                + $"chown -R {Environment.UserName} {path}.";
        }

        if (!IsHeldByAnother(path)) return $"agent.data_dir: {path} cannot be used: {e.Message} Free some space or name another path.";
        return $"agent.data_dir: {path} is in use by another edge-agent process (pid {OtherPid(path)}). "
            + "Stop that process or give each agent a data_dir of its own.";
    }

    /// <summary>A file inside that this user may not write, as a run as root leaves them;
    /// null when there is none or nothing can be listed.</summary>
    static string? FirstClosed(string path)
    {
        try
        {
            return Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).FirstOrDefault(file => !CanWrite(file));
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    static bool CanWrite(string file)
    {
        try
        {
            using var opened = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    static bool IsHeldByAnother(string path)
    {
        try
        {
            var file = System.IO.Path.Combine(path, "lock");
            if (!File.Exists(file)) return false;
            new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    static string OtherPid(string path)
    {
        try
        {
            return File.ReadAllText(PidPath(path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    static string ReadOnly(string path, Mount mount) =>
        $"agent.data_dir: {path} lies on {mount.Point} ({mount.Type}), which is mounted read-only. Mount it writable or name another path.";

    static List<string> Warnings(string path, long maxSizeBytes)
    {
        var warnings = new List<string>();
        if (FileSystem(path) is { } mount && Volatility(mount.Type) is { } why)
            warnings.Add($"agent.data_dir: {path} lies on {mount.Point}, a file system of type {mount.Type}: {why}");
        if (OpenTo(path) is { } who)
            warnings.Add($"agent.data_dir: {path} (mode {Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0')}) may be "
                + $"written to by {who}: they can change what is sent, or replace the agent's files. Take that right "
                + $"away: chmod go-w {path}.");
        var database = new FileInfo(System.IO.Path.Combine(path, "edge-agent.db"));
        var commits = File.Exists(DatabaseFiles.CommitsOf(database.FullName)) ? 0 : SqliteStore.JournalBytes(maxSizeBytes);
        var needed = maxSizeBytes + commits + (2 << 20) - (database.Exists ? database.Length : 0);
        var free = new DriveInfo(path).AvailableFreeSpace;
        if (free < needed)
            warnings.Add($"agent.data_dir: {path} has {MiB(free)} MiB free; the buffer may still need {MiB(needed)} MiB. "
                + "Free some space or lower buffer.max_size.");
        return warnings;
    }

    /// <summary>Who besides its owner may write to a directory; null for nobody.</summary>
    static string? OpenTo(string path) => File.GetUnixFileMode(path) switch
    {
        var mode when mode.HasFlag(UnixFileMode.OtherWrite) => "every user of this machine",
        var mode when mode.HasFlag(UnixFileMode.GroupWrite) => "its whole group",
        _ => null,
    };

    static string? Volatility(string type) => type switch
    {
        "tmpfs" or "ramfs" => "it is memory and empty after a power cut. Name a directory on a disk.",
        "overlay" or "aufs" => "it belongs to a container and goes with it. Mount a volume there.",
        "nfs" or "nfs4" or "cifs" or "smb3" or "9p" or "fuse.sshfs" =>
            "SQLite's write-ahead log is not safe over a network. Name a directory on a local disk.",
        _ => null,
    };

    static Mount? FileSystem(string path)
    {
        try
        {
            var real = System.IO.Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return MountTable.Find(File.ReadAllText("/proc/self/mountinfo"), real);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string Existing(string path)
    {
        while (!System.IO.Directory.Exists(path)) path = System.IO.Path.GetDirectoryName(path) ?? "/";
        return path;
    }

    static string MiB(long bytes) => (bytes / (double)(1 << 20)).ToString("F1", CultureInfo.InvariantCulture);
}
