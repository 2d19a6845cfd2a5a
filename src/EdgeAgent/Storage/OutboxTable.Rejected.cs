using System.Text;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Storage;

/// <content>Records that were set aside.</content>
sealed partial class OutboxTable
{
    /// <summary>Appends rejected records to their lanes again, in the order of their rejection, and takes them off the table.
    /// Inside a transaction.</summary>
    /// <remarks>Those without their head or payload (refused by an older program, or while commits failed) stay.</remarks>
    /// <returns>How many were appended, and how many stay.</returns>
    public RequeueResult Requeue(Database database, string? output, long atNs)
    {
        var (requeued, kept) = (0L, 0L);
        using var next = database.Prepare("SELECT id, lane, head, payload, length(payload) + length(head) + octet_length(reason) "u8
            + "FROM rejected WHERE id > ?1 ORDER BY id LIMIT 1"u8);
        for (var after = 0L; next.Bind(1, after).Step();)
        {
            var (id, laneId, size) = (next.Long(0), next.Long(1), next.Long(4) + Segments.OverheadBytes);
            byte[] record = [.. next.Blob(2), .. next.Blob(3)];
            next.Reset();
            after = id;
            var entry = _lanes.Values.FirstOrDefault(lane => lane.Id == laneId);
            if (entry is null || (output is not null && entry.Lane.Output != output)) continue;
            if (!IsOneRecord(record))
            {
                kept++;
                continue;
            }

            DeleteRejected(id, size);
            Append(entry.Lane, 1, record, atNs);
            requeued++;
        }

        foreach (var entry in _lanes.Values)
            if (entry.IsTouched) PutLane(entry);
        return new(requeued, kept);
    }

    /// <summary>Takes rejected records off the table. Inside a transaction.</summary>
    public long Purge(Database database, string? output)
    {
        var purged = 0L;
        using var next = database.Prepare(
            "SELECT id, lane, length(payload) + length(head) + octet_length(reason) FROM rejected WHERE id > ?1 ORDER BY id LIMIT 1"u8);
        for (var after = 0L; next.Bind(1, after).Step();)
        {
            var (id, laneId, size) = (next.Long(0), next.Long(1), next.Long(2) + Segments.OverheadBytes);
            next.Reset();
            after = id;
            if (output is not null && _lanes.Values.FirstOrDefault(lane => lane.Id == laneId)?.Lane.Output != output) continue;
            DeleteRejected(id, size);
            purged++;
        }

        return purged;
    }

    static bool IsOneRecord(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record);
        return reader.Read() && !reader.Read() && !reader.IsDamaged;
    }

    void DeleteRejected(long id, long size)
    {
        _deleteRejected.Bind(1, id).Run();
        (_bytes, _rejectedBytes) = (_bytes - size, _rejectedBytes - size);
    }

    void Reject(RejectedRecord rejected, long atNs)
    {
        var entry = Entry(rejected.Lane);
        entry.Pending.Rejected++;
        var size = rejected.Payload.Length + rejected.Head.Length + Encoding.UTF8.GetByteCount(rejected.Reason) + Segments.OverheadBytes;
        if (size > _maxBytes / 8) return;
        _insertRejected.Bind(1, entry.Id).Bind(2, rejected.Number).Bind(3, atNs).Bind(4, rejected.Reason).Bind(5, rejected.Payload).Bind(6,
            rejected.Head).Run();
        (_bytes, _rejectedBytes) = (_bytes + size, _rejectedBytes + size);
        while (_rejectedBytes > _maxBytes / 8 && DeleteOldestRejected()) ;
    }

    bool DeleteOldestRejected()
    {
        if (_rejectedBytes == 0 || !_oldestRejected.Step()) return false;
        var (id, size) = (_oldestRejected.Long(0), _oldestRejected.Long(1) + Segments.OverheadBytes);
        _oldestRejected.Reset();
        DeleteRejected(id, size);
        return true;
    }
}
