namespace EdgeAgent.Fleet.Gateway;

/// <summary>What has to be done once the record is durable.</summary>
public enum FleetAction
{
    /// <summary>Get the candidate's document.</summary>
    Fetch,

    /// <summary>No document is waited for any more.</summary>
    StopFetch,

    /// <summary>Bind the candidate's configuration and get its files.</summary>
    Check,

    /// <summary>Put <see cref="FleetRecord.Current"/> in force.</summary>
    Run,

    /// <summary>Something to report.</summary>
    Report,

    /// <summary>End the process: its next start takes the record.</summary>
    Restart,
}
