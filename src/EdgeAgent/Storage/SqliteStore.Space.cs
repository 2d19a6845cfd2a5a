using EdgeAgent.Core.Readings;

namespace EdgeAgent.Storage;

/// <content>Disk space that an outage took is given back when its records have gone.</content>
/// <remarks>
/// The database keeps pages that became free and uses them again. When most of a file that has grown is free, it is written anew (VACUUM:
/// one transaction, through the log) and the rest is cut off at the checkpoint. What is written anew passes memory and log, so it is a
/// little: state and what still waits. Free pages in the middle are not worth the wear of moving others all the time.
/// </remarks>
public sealed partial class SqliteStore
{
    const long MostLiveBytes = 4 << 20;
    static readonly TimeSpan s_giveBackPause = TimeSpan.FromHours(1);
    Statement? _pages, _freePages;
    MonotonicTime? _gaveBackAt;

    /// <summary>The database file as it is now. Commit thread.</summary>
    public StoreSpace Space
    {
        get
        {
            ThrowIfUnusable();
            return new StoreSpace(Database.PageBytes * Number(_pages!), Database.PageBytes * Number(_freePages!));
        }
    }

    /// <summary>Gives free pages back to the file system, if they are most of the file and the rest is little. Commit thread.</summary>
    /// <returns>Whether the file is smaller now.</returns>
    /// <exception cref="DatabaseException">Reading or writing failed; nothing has changed.</exception>
    internal bool GiveSpaceBack()
    {
        var space = Space;
        var live = space.Bytes - space.FreeBytes;
        if (_isCapped || space.FreeBytes < _options.GiveBackBytes || live > MostLiveBytes || live > space.FreeBytes
            || _ballast.FreeBytes() < 3 * live + RoomBesideBytes) return false;
        try
        {
            _database!.Execute("VACUUM");
        }
        finally
        {
            _walValidBytes = _walIndex!.ValidBytes();
        }

        Synced?.Invoke();
        Checkpoint();
        return true;
    }

    // Once an hour at most, whatever became of it: a disk must not be worn out by trying.
    void GiveSpaceBackInTime()
    {
        if (_gaveBackAt is { } at && _options.Clock.Monotonic - at < s_giveBackPause) return;
        if (Space.FreeBytes < _options.GiveBackBytes) return;
        _gaveBackAt = _options.Clock.Monotonic;
        GiveSpaceBack();
    }

    static long Number(Statement statement)
    {
        var value = statement.Step() ? statement.Long(0) : 0;
        statement.Reset();
        return value;
    }
}
