namespace EdgeAgent.Scenarios.Harness;

/// <summary>What came of a backlog.</summary>
/// <param name="Sent">Messages the broker took.</param>
/// <param name="Lost">Messages that are not counted, by series.</param>
/// <param name="Twice">Messages that are counted again, by series.</param>
/// <param name="Publishes">PUBLISH packets on the wire.</param>
/// <param name="Repeats">Those with DUP.</param>
/// <param name="OutputRepeats">Raw readings an output wrote again after a SIGKILL, which a reader drops.</param>
/// <param name="Recovery">Longest time from a fault to the next message.</param>
/// <param name="PeakBytes">Most memory the agent had resident.</param>
/// <param name="Connections">Connections the agent made.</param>
/// <param name="IsStuck">Whether it ended because nothing moved any more though messages were open.</param>
sealed record BacklogResult(long Sent, long Lost, long Twice, long Publishes, long Repeats, long OutputRepeats, TimeSpan Recovery,
    long PeakBytes, int Connections, bool IsStuck)
{
    /// <summary>Whether every message is counted once.</summary>
    public bool IsExact => Lost == 0 && Twice == 0 && !IsStuck;

    /// <summary>In one line.</summary>
    public override string ToString() =>
        $"sent {Sent}, lost {Lost}, twice {Twice}{(IsStuck ? ", stuck" : "")}; wire: {Publishes} PUBLISH, {Repeats} with DUP, "
            + $"{Connections} connections; "
            + $"{(OutputRepeats > 0 ? $"written again by the output {OutputRepeats}; " : "")}recovery {Recovery.TotalSeconds:0.0} s, "
            + $"peak {PeakBytes / 1048576.0:0.0} MiB";
}
