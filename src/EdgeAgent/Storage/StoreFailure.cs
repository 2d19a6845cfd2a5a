namespace EdgeAgent.Storage;

/// <summary>Why a commit failed.</summary>
public enum StoreFailure
{
    /// <summary>No space left on the device.</summary>
    Full,

    /// <summary>Reading, writing or syncing failed.</summary>
    Io,

    /// <summary>The database is damaged; it was set aside and a fresh one started on the next open.</summary>
    Damaged,
}
