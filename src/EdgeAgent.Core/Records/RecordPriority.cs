namespace EdgeAgent.Core.Records;

/// <summary>The priorities of records. A higher one is sent first and dropped last; see docs/decisions/priorities.md.</summary>
public static class RecordPriority
{
    /// <summary>Alerts; they also bring a commit forward.</summary>
    public const int Alert = 1;

    /// <summary>Summaries and scores.</summary>
    public const int Summary = 0;

    /// <summary>Readings, passed on or too late.</summary>
    public const int Raw = -1;

    /// <summary>All of them, highest first.</summary>
    public static IReadOnlyList<int> All { get; } = [Alert, Summary, Raw];

    /// <summary>Its name in status and metrics.</summary>
    public static string NameOf(int priority) => priority > Summary ? "alerts" : priority == Summary ? "summaries" : "raw";
}
