namespace EdgeAgent.Storage;

/// <content>Changes that no commit asks for: by commands and by what is carried over from a damaged database.</content>
sealed partial class OutboxTable
{
    /// <summary>Drops what waits in the lanes of an output (null: in all) and counts it as dropped. Inside a transaction, with nothing in
    /// records that the tables do not have.</summary>
    public long DropWaiting(string? output)
    {
        var dropped = 0L;
        foreach (var entry in _lanes.Values)
        {
            ref var n = ref entry.Pending;
            if (n.HeadFirst == 0 || (output is not null && !entry.Lane.IsOf(output))) continue;
            var last = n.Next - 1;
            dropped += last - n.Confirmed;
            Count(entry, last - n.Confirmed);
            n.DropThrough(last);
            while (n.HeadFirst != 0) DeleteHead(entry);
            PutLane(entry);
        }

        return dropped;
    }

    /// <summary>Lets an empty lane go on from the numbers and counts it had in another database. Inside a transaction.</summary>
    public void Continue(Lane lane, long next, long dropped, long rejected)
    {
        ref var n = ref Entry(lane).Pending;
        if (n.Next == n.Confirmed + 1 && next > n.Next && next < Schema.MaxNumber) (n.Next, n.Confirmed) = (next, next - 1);
        n.Dropped += dropped;
        n.Rejected += rejected;
    }

    /// <summary>Counts records that were lost with a damaged database as dropped. Inside a transaction.</summary>
    public void CountLost(Lane lane, long count) => Entry(lane).Pending.Dropped += count;

    /// <summary>Corrects the count of rejected records. Inside a transaction.</summary>
    public void CountRejected(Lane lane, long change) => Entry(lane).Pending.Rejected += change;
}
