namespace EdgeAgent.Core.Alerts;

/// <summary>What one score did to its series' alert.</summary>
public enum AlertChange
{
    /// <summary>Nothing to tell.</summary>
    None,

    /// <summary>An alert began: <see cref="AlertTracker.StartNs"/>, peak so far.</summary>
    Opened,

    /// <summary>The alert ended: start, peak and end are final.</summary>
    Closed,
}
