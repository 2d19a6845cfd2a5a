namespace EdgeAgent.Status;

/// <summary>A look at one output.</summary>
public sealed record OutputStatus
{
    /// <summary>The key under <c>outputs</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the last thing heard was good; null before anything was.</summary>
    public bool? Connected { get; init; }

    /// <summary>How long until the next try; null when none is waited for.</summary>
    public TimeSpan? NextTry { get; init; }

    /// <summary>The last failure as a sentence, or null.</summary>
    public string? LastError { get; init; }

    /// <summary>Records committed and not yet confirmed.</summary>
    public required long BacklogRecords { get; init; }

    /// <summary>Of these, records held because their topic is in trouble.</summary>
    public long HeldRecords { get; init; }

    /// <summary>Bytes of the backlog.</summary>
    public required long BacklogBytes { get; init; }

    /// <summary>Commit time of the oldest of them, or 0 [ns since the Unix epoch].</summary>
    public required long OldestCommittedAtNs { get; init; }

    /// <summary>Records handed to the output since the start, repeats included.</summary>
    public required long Sent { get; init; }

    /// <summary>Records the output confirmed since the start.</summary>
    public required long Confirmed { get; init; }

    /// <summary>Records the output will never take, since the start.</summary>
    public required long Rejected { get; init; }

    /// <summary>Records lost, by priority and reason.</summary>
    public required IReadOnlyList<DropCount> Drops { get; init; }

    /// <summary>All records lost.</summary>
    public long Dropped => Drops.Sum(drop => drop.Count);

    /// <summary>Of the rejected records, those that went to a topic for dead letters, since the start.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Why the last of them was refused; null when none was.</summary>
    public string? LastRejection { get; init; }

    /// <summary>Bytes that came over its connections; 0 where they are not counted.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes that went out over them.</summary>
    public long BytesOut { get; init; }

    /// <summary>How long alerts took from the arrival of their readings to the output's confirmation; goes on counting.</summary>
    internal DurationHistogram AlertDelays { get; init; } = new();
}
