using EdgeAgent.Storage;

namespace EdgeAgent.Commits;

/// <content>What follows a commit.</content>
sealed partial class CommitLoop
{
    void Succeeded()
    {
        if (Statistics.LastError is not null)
        {
            _log.Clear("commit");
            _log.Log.Information("Commits work again; acknowledgements go out");
        }

        Statistics.Done++;
        Statistics.LastError = null;
        _state.Committed();
        _records.Clear();
        lock (_confirmed)
        {
            foreach (var (lane, through) in _batch.Confirmed)
                if (_confirmed.GetValueOrDefault(lane) == through) _confirmed.Remove(lane);
            foreach (var record in _batch.Rejected) _rejectedBytes -= record.Payload.Length + record.Head.Length;
            _rejected.RemoveRange(0, _batch.Rejected.Count);
            _moved.RemoveRange(0, _movedInBatch);
            // The last range may have grown meanwhile: giving a part of it again does no harm.
            var sent = _batch.Sent.Count;
            _sent.RemoveRange(0, sent > 0 && _sent[sent - 1] != _batch.Sent[sent - 1] ? sent - 1 : sent);
        }

        foreach (var source in _copied) source.OnCommitted();
        Block(_store.IsFull);
    }

    void Failed(StoreException error)
    {
        Statistics.Failed++;
        Statistics.LastError = error.Message;
        _pace.Failed();
        _state.Failed();
        foreach (var source in _copied) source.OnCommitFailed();
        _log.Error("commit", $"Nothing is acknowledged until a commit works again. {error.Message}");
        Block(_store.IsFull || _records.Bytes > MaxPendingBytes);
        if (error.Failure != StoreFailure.Damaged) return;
        _damaged = true;
        Ended?.Invoke($"The database was found damaged while in use and is set aside; a restart begins a fresh one. {error.Message}");
    }

    void Report(CommitResult result)
    {
        foreach (var (lane, count) in result.Dropped)
            _log.Warn($"dropped {lane.Output}", $"The buffer is full (buffer.max_size): {count} records for output {lane.Output} were "
                + "dropped by buffer.on_full. Is the output reachable?");
    }

    void Block(bool blocked)
    {
        _blocked = blocked;
        foreach (var source in _sources)
        {
            var waits = blocked || source.Feed.IsPressed;
            if (source.Feed.Gate.IsBlocked != waits) source.Feed.Gate.Block(waits);
        }

        if (blocked)
            _log.Warn("blocked", "Sources wait: the buffer is full (buffer.max_size, on_full: block) or commits fail. Nothing is lost; "
                + "brokers hold what is not acknowledged.");
    }

    void Serve(long ticket)
    {
        lock (_sync)
        {
            _served = Math.Max(_served, ticket);
            Monitor.PulseAll(_sync);
        }
    }
}
