namespace EdgeAgent.Scenarios.Harness;

/// <summary>A fault of the data directory and what it meets.</summary>
sealed record DamagedDirectorySettings
{
    /// <summary>The fault.</summary>
    public DirectoryFault Fault { get; init; }

    /// <summary>Whether the life before ended by SIGKILL, not SIGTERM.</summary>
    public bool IsKilled { get; init; }

    /// <summary>Whether outputs were away, so that the outbox is full of records that were not sent.</summary>
    public bool HasBacklog { get; init; } = true;

    /// <summary>Messages of the life before, about.</summary>
    public int Messages { get; init; } = 20_000;

    /// <summary>What instants and places are drawn by.</summary>
    public int Seed { get; init; } = 1;
}
