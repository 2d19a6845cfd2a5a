using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <content>Positions that the other side keeps: docs/decisions/exactly-once.md.</content>
public sealed partial class OutputPump
{
    string? _positionsOf; // the store whose positions are known

    /// <summary>Goes on behind what the other side has. False when that is not known, which is told.</summary>
    bool TryPositions()
    {
        if (_output is not IPositionedOutput { KeepsPositions: true } output) return true;
        var id = _store.StoreId;
        if (output.KnowsPositions && _positionsOf == id) return true;
        _health.Progress.At(Supervision.Step.Connecting);
        var report = output.FindPositions(id, _abort.Token);
        var failure = report.Failure ?? TryContinue(report, id);
        if (failure is null) _positionsOf = id;
        else if (!_abort.IsCancellationRequested) _health.OnFailed(failure);
        return failure is null;
    }

    /// <summary>Confirms what the other side has and we do not know to be there. A sentence when that cannot be.</summary>
    string? TryContinue(PositionReport report, string storeId)
    {
        try
        {
            if (_storeId != storeId) ReadPositions();
            foreach (var (lane, through) in report.Through)
            {
                if (lane.HeldTopic is { } topic) Hold(topic);
                if (!_sentThrough.TryGetValue(lane, out var sent) || through <= sent) continue;
                if (LastNumber(lane) is var last && through > last)
                    return $"Kafka has the records of this output up to number {through} (priority {lane.Priority}), this database none "
                        + $"after {last}: an older copy of the data directory is in use. Nothing is sent, since new records would be taken "
                        + "for those already sent. Put the newer copy back, or start with an empty data directory.";
                foreach (var aside in report.Asides)
                    if (aside.Lane == lane && aside.Number > sent && aside.Number <= through) SetAside(aside);
                Interlocked.Add(ref _confirmed, through - sent);
                _sentThrough[lane] = through;
                _confirmations.Confirmed(lane, sent + 1, through);
            }

            return null;
        }
        catch (StoreException e)
        {
            return $"The outbox cannot be read: {e.Message}";
        }
    }

    /// <summary>The number of the newest record of a lane.</summary>
    long LastNumber(Lane lane)
    {
        while (true)
        {
            var before = _store.ConfirmedThrough(lane);
            var records = 0L;
            foreach (var status in _store.Status())
                if (status.Lane == lane) records = status.Records;
            // A drop in between would count twice.
            if (_store.ConfirmedThrough(lane) == before) return before + records;
        }
    }

    void SetAside(AsideRecord aside)
    {
        if (_store.TryRead(aside.Lane, aside.Number - 1) is not { } segment || segment.FirstNumber > aside.Number) return;
        var reader = new RecordReader(segment.Bytes);
        for (var number = segment.FirstNumber; number <= aside.Number; number++)
            if (!reader.Read()) return;
        Interlocked.Decrement(ref _confirmed);
        Reject(RejectedRecord.Of(aside.Lane, aside.Number, aside.Reason, reader));
    }
}
