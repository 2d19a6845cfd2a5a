using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>A document that shall run, and when. Immutable.</summary>
public sealed record Upcoming
{
    /// <summary>Its digest.</summary>
    public required string Digest { get; init; }

    /// <summary>Version of the gateway's values that it is to be tried with; 0 for none.</summary>
    public long Vars { get; init; }

    /// <summary>How it came here.</summary>
    public DocumentOrigin Origin { get; init; }

    /// <summary>Whether a target says so that was not known before: only such a one replaces what was handed in.</summary>
    public bool IsNew { get; init; }

    /// <summary>A document that failed here is tried again only when this has risen.</summary>
    public long Retry { get; init; }

    /// <summary>The rollout it belongs to; empty for none.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>What it is; null until it is here.</summary>
    public KnownDocument? Document { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Hours of the day, null for any.</summary>
    public DayWindow? Window { get; init; }

    /// <summary>This gateway's share of the target's <c>spread</c>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether it waits while an alert is open.</summary>
    public bool WaitsForAlerts { get; init; }

    /// <summary>What its trial has to fulfil; nothing left open.</summary>
    public TrialGates Gates { get; init; } = TrialGates.Defaults;
}
