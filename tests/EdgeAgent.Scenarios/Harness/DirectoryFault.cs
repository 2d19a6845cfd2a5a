namespace EdgeAgent.Scenarios.Harness;

/// <summary>What happens to the data directory between two lives of the agent.</summary>
enum DirectoryFault
{
    /// <summary><c>edge-agent.db</c> is deleted, the WAL is left.</summary>
    DatabaseDeleted,

    /// <summary>All files of the database are deleted.</summary>
    AllDeleted,

    /// <summary>The WAL is deleted.</summary>
    WalDeleted,

    /// <summary>The WAL is there and empty.</summary>
    WalEmptied,

    /// <summary>Bytes of a page that holds records of the outbox are others.</summary>
    PageDamaged,

    /// <summary>The disk is full when the agent starts, and empties later.</summary>
    DiskFull,
}
