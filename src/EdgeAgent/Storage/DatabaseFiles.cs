using System.Globalization;
using EdgeAgent.Clocks;

namespace EdgeAgent.Storage;

/// <summary>The files of one database and what becomes of them when they are damaged.</summary>
sealed class DatabaseFiles(string directory, IClock clock)
{
    /// <summary>Set-aside databases that are kept; older ones are deleted so that a dying disk does not fill itself.</summary>
    public const int Kept = 2;

    const string Name = "edge-agent.db";

    // What goes with a database that is set aside.
    static readonly string[] Beside = ["-wal", CommitsOf("")];

    /// <summary>The database.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, Name);

    /// <summary>Records of commits that the tables do not hold yet (<see cref="CommitJournal"/>).</summary>
    public string CommitsPath => CommitsOf(Path);

    string OpenPath => Path + "-open";

    /// <summary>The file of commits beside a database, also one that was set aside.</summary>
    public static string CommitsOf(string path) => path + "-commits";

    /// <summary>Creates an empty file that only its owner can read; SQLite gives its other files the same mode.</summary>
    public void CreateIfAbsent()
    {
        if (File.Exists(Path)) return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        new FileStream(Path, options).Dispose();
    }

    /// <summary>Syncs what lies in the files: a process that was killed may have written what never came to the disk, and
    /// what a start reads is acted on.</summary>
    /// <param name="synced">Told of each file; for tests.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Sync(Action<string>? synced)
    {
        foreach (var path in (ReadOnlySpan<string>)[Path, .. Beside.Select(beside => Path + beside)])
        {
            if (!File.Exists(path)) continue;
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(file);
            synced?.Invoke(path);
        }
    }

    /// <summary>Whether there is a WAL with commits but nothing it belongs to; SQLite would delete it without a word.</summary>
    public bool IsWalWithoutDatabase()
    {
        var (database, wal) = (new FileInfo(Path), new FileInfo(Path + "-wal"));
        return wal.Exists && wal.Length > WalIndex.HeaderBytes && !(database.Exists && database.Length > 0);
    }

    /// <summary>Whether the database was not closed in order and yet has no WAL any more:
    /// closing in order moves it into the database and deletes it.</summary>
    public bool IsWithoutItsWal()
    {
        var (database, wal) = (new FileInfo(Path), new FileInfo(Path + "-wal"));
        return File.Exists(OpenPath) && database is { Exists: true, Length: > 0 } && wal is not { Exists: true, Length: > 0 };
    }

    /// <summary>Notes that the database is open, or was closed in order, as a file beside it. Never throws:
    /// without it a missing WAL is not noticed.</summary>
    public void NoteOpen(bool isOpen)
    {
        try
        {
            if (!isOpen) File.Delete(OpenPath);
            else if (!File.Exists(OpenPath))
                new FileStream(OpenPath, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk.
        }
    }

    /// <summary>Renames the files; the caller has closed them. Returns the new path.</summary>
    public string SetAside(string what)
    {
        var now = DateTime.UnixEpoch.AddTicks(clock.Now.WallNs / TimeSpan.NanosecondsPerTick);
        var stamp = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = $"{Path}.{what}-{stamp}";
        for (var i = 2; File.Exists(target); i++) target = $"{Path}.{what}-{stamp}-{i}";
        if (File.Exists(Path)) File.Move(Path, target);
        foreach (var beside in Beside)
            if (File.Exists(Path + beside)) File.Move(Path + beside, target + beside, overwrite: true);
        File.Delete(Path + "-shm");
        DeleteOld(what);
        return target;
    }

    /// <summary>A set-aside database whose whole rows the next open takes over; null when there is none.</summary>
    /// <remarks>A file beside the database: damage can be found by an agent that then ends. It lives no longer than one open.</remarks>
    public string? ToSalvage
    {
        get => File.Exists(Path + "-salvage") && File.ReadAllText(Path + "-salvage").Trim() is { Length: > 0 } name
            && File.Exists(System.IO.Path.Combine(directory, System.IO.Path.GetFileName(name)))
                ? System.IO.Path.Combine(directory, System.IO.Path.GetFileName(name))
                : null;
        set
        {
            // A new file, never through a link that somebody put there.
            File.Delete(Path + "-salvage");
            if (value is null) return;
            using var file = new StreamWriter(new FileStream(Path + "-salvage", FileMode.CreateNew, FileAccess.Write));
            file.Write(System.IO.Path.GetFileName(value));
        }
    }

    /// <summary>The newest database that was set aside for damage; null when there is none.</summary>
    public string? NewestDamaged =>
        Databases("damaged").OrderByDescending(f => f, StringComparer.Ordinal).FirstOrDefault();

    void DeleteOld(string what)
    {
        var old = Databases(what).OrderByDescending(f => File.GetLastWriteTimeUtc(f))
            .ThenByDescending(f => f, StringComparer.Ordinal).Skip(Kept);
        foreach (var file in old)
        {
            File.Delete(file);
            foreach (var beside in Beside) File.Delete(file + beside);
        }
    }

    IEnumerable<string> Databases(string what) => Directory.GetFiles(directory, $"{Name}.{what}-*")
        .Where(f => !Array.Exists(Beside, beside => f.EndsWith(beside, StringComparison.Ordinal)));
}
