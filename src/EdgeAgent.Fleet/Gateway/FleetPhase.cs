namespace EdgeAgent.Fleet.Gateway;

/// <summary>Where a gateway is with a document; docs/decisions/fleet-gateway.md draws it.</summary>
public enum FleetPhase
{
    /// <summary>What runs is what shall run.</summary>
    Steady,

    /// <summary>A document is wanted and not here yet.</summary>
    Fetching,

    /// <summary>It is here; its configuration is bound and its files are fetched.</summary>
    Checking,

    /// <summary>It could run; its time has not come.</summary>
    Waiting,

    /// <summary>The trial is written down; the change-over is under way.</summary>
    Applying,

    /// <summary>It runs and is watched.</summary>
    Trial,

    /// <summary>It proved good.</summary>
    Good,

    /// <summary>It did not, or is no longer wanted: the one before is put back.</summary>
    Reverting,

    /// <summary>It was not taken: signature, version, groups, size.</summary>
    Refused,

    /// <summary>It has findings here, or could not be put in force; nothing changed.</summary>
    Rejected,
}
