namespace EdgeAgent.Storage;

/// <summary>Committed records of one lane that travel and are dropped together.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="FirstNumber">Number of the first record; numbers of a lane rise by one and are never reused under one store id.</param>
/// <param name="Count">Records held.</param>
/// <param name="CommittedAtNs">Wall time of the commit [ns since the Unix epoch].</param>
/// <param name="Bytes">Records in the format of <c>LaneBuffer</c>.</param>
public sealed record Segment(Lane Lane, long FirstNumber, int Count, long CommittedAtNs, byte[] Bytes)
{
    /// <summary>Number of the last record.</summary>
    public long LastNumber => FirstNumber + Count - 1;
}
