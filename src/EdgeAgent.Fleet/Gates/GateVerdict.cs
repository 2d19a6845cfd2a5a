namespace EdgeAgent.Fleet.Gates;

/// <summary>What a look at the gates says.</summary>
public enum GateVerdict
{
    /// <summary>The trial goes on.</summary>
    GoesOn,

    /// <summary>It has passed.</summary>
    Passed,

    /// <summary>A gate was false for too long.</summary>
    Failed,

    /// <summary>All was well, but the report was not confirmed in time.</summary>
    LinkMissing,
}
