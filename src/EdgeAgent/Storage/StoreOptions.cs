using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Storage;

/// <summary>Where a store lies and how large it may grow.</summary>
public sealed record StoreOptions
{
    /// <summary>The data directory; exists and is writable (see <see cref="DataDirectory"/>).</summary>
    public required string Directory { get; init; }

    /// <summary>Bound of outbox and rejected payloads together [bytes].</summary>
    public long MaxSizeBytes { get; init; } = new BufferSettings().MaxSizeBytes;

    /// <summary>What happens at the bound.</summary>
    public OverflowPolicy OnFull { get; init; } = OverflowPolicy.DropOldest;

    /// <summary>Space held back for the day the disk is full [bytes]; room for deletions and a checkpoint.</summary>
    public int BallastBytes { get; init; } = 1 << 20;

    /// <summary>Length of the file that commits are written to before they come into the tables [bytes]; 0 for none, null for what suits
    /// <see cref="MaxSizeBytes"/>.</summary>
    public long? CommitsBytes { get; init; }

    /// <summary>Free bytes in the database file from which on it is made smaller.</summary>
    public long GiveBackBytes { get; init; } = 8 << 20;

    /// <summary>What the store id is bound to; null for the machine's own (<see cref="MachineId"/>).</summary>
    public string? MachineId { get; init; }

    /// <summary>Names files that are set aside, and says when commits go into the tables and space is given back.</summary>
    public required IClock Clock { get; init; }

    /// <summary>Takes a sentence for people about something that needs their eye: a damaged database set aside,
    /// the ballast freed.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>Called with the name of each file that an opening has synced; for tests.</summary>
    internal Action<string>? FileSynced { get; init; }
}
