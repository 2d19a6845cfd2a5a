using EdgeAgent.Network.Limits;
using SQLitePCL;

namespace EdgeAgent.Storage;

/// <content>A full disk, failed writes, damage.</content>
public sealed partial class SqliteStore
{
    /// <summary>The second try on a full disk: space from the ballast and from what the outputs confirmed.</summary>
    CommitResult CommitWithoutSpace(CommitBatch batch)
    {
        try
        {
            if (_ballast.IsHeld)
            {
                _ballast.Free();
                _options.Report?.Invoke(
                    $"No space left on the disk of {_files.Path}. The ballast file was freed so that sent records can be deleted; "
                        + "nothing new is acknowledged until there is room. Free some space.");
            }

            if (_database is null) Reopen();
            ApplyWithoutSpace();
            CapPages();
            Checkpoint();
            if (batch.Confirmed.Count > 0)
            {
                Transact(batch, onlyConfirmed: true);
                Checkpoint();
            }

            return Transact(batch, onlyConfirmed: false);
        }
        catch (DatabaseException e)
        {
            throw Failed(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Disconnect();
            throw new StoreException(StoreFailure.Full, $"{_files.Path}: {e.Message}. The commit is tried again.", e);
        }
    }

    // What is durable as records has to get into the tables before the file may not grow any more; the ballast was held for that too.
    void ApplyWithoutSpace()
    {
        // A round that is spent, too: the record that failed may lie whole, and the batch is about to go into the tables.
        if (_changes!.IsEmpty && _pending is not { IsSpent: true }) return;
        _database!.Execute("PRAGMA max_page_count=4294967294");
        Checkpoint();
        Apply();
    }

    void RestoreBallast()
    {
        if (_ballast.IsHeld) return;
        if (_ballast.TryHold())
        {
            if (_isCapped) _options.Report?.Invoke($"There is space again on the disk of {_files.Path}; the ballast file is back.");
            _isCapped = false;
            _database!.Execute("PRAGMA max_page_count=4294967294");
            _pending ??= OpenPendingAgain();
        }
        else
        {
            CapPages();
        }
    }

    CommitJournal? OpenPendingAgain()
    {
        if (OpenPending(_changes!, []) is not { } file) return null;
        file.Synced = () => RecordSynced?.Invoke();
        return file;
    }

    // Without ballast the file may use its free pages but not grow: what is left of the disk belongs to deleting.
    void CapPages()
    {
        _isCapped = true;
        _database!.Execute("PRAGMA max_page_count=1");
    }

    StoreException Failed(DatabaseException e)
    {
        var failure = IsNoSpace(e) ? StoreFailure.Full : e.Failure;
        if (failure == StoreFailure.Damaged)
        {
            _damage = e.Message;
            SetDamageAside();
        }
        else if (failure == StoreFailure.Io)
        {
            Disconnect();
        }

        return new StoreException(failure, Sentence(failure, e), e);
    }

    string Sentence(StoreFailure failure, Exception e) => failure switch
    {
        StoreFailure.Full =>
            $"No space left on the disk of {_files.Path}; nothing new is acknowledged. Free some space; the agent goes on by itself.",
        StoreFailure.Damaged =>
            $"{_files.Path} is damaged: {e.Message}. It was set aside; start the agent again to go on with a fresh database.",
        // SQLite says "unable to open database file".
        _ when OpenFiles.AreSpentNow() => OpenFiles.Sentence($"{_files.Path} cannot be opened"),
        _ => $"{_files.Path} cannot be read or written: {e.Message}. Check the disk; the commit is tried again.",
    };

    // An I/O error on a disk without space (the WAL-index cannot grow) is a full disk.
    bool IsNoSpace(DatabaseException e)
    {
        if (e.Failure == StoreFailure.Full) return true;
        if ((e.Code & 0xFF) is not (raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN)) return false;
        try
        {
            return _ballast.FreeBytes() < 64 << 10;
        }
        catch (IOException)
        {
            return false;
        }
    }

    void SetDamageAside()
    {
        if (_isSetAside) return;
        _isSetAside = true;
        Disconnect();
        try
        {
            var target = _files.SetAside("damaged");
            try
            {
                _files.ToSalvage = target;
            }
            catch (IOException)
            {
                // No space: `buffer salvage` takes over what the next open then cannot.
            }

            _options.Report?.Invoke(
                $"The database {_files.Path} is damaged ({_damage}). It was set aside as {target} and a fresh one takes its place, "
                    + "into which the next start carries over what is whole. Check the disk; delete the file when it is of no use.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Io, $"{_files.Path} is damaged ({_damage}) and cannot be renamed: {e.Message}.", e);
        }
    }
}
