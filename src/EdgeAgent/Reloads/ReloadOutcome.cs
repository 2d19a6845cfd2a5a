namespace EdgeAgent.Reloads;

/// <summary>How a reload ended.</summary>
enum ReloadOutcome
{
    /// <summary>The configuration runs.</summary>
    Applied,

    /// <summary>It runs already.</summary>
    Unchanged,

    /// <summary>Only the plan was wanted.</summary>
    Planned,

    /// <summary>The file has errors, or what it changes needs a restart; the old one runs on.</summary>
    Findings,

    /// <summary>It could not be put in force; the old one runs on.</summary>
    Refused,

    /// <summary>The agent is stopping and reads the file at its next start.</summary>
    Stopping,
}
