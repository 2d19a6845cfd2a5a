namespace EdgeAgent.Storage;

/// <summary>What waiting commits say of one lane: its counters, records that are not in the table,
/// and how far the table's are gone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Lane">Its name.</param>
sealed record PendingLane(long Id, Lane Lane)
{
    /// <summary>Counters after the last record; heads are not filled in.</summary>
    public LaneNumbers Numbers = new();

    /// <summary>Segments that are not in the table, oldest first.</summary>
    public List<Segment> Waiting { get; } = [];

    /// <summary>Segments up to the one with this first number are deleted.</summary>
    public long GoneThrough { get; set; }
}
