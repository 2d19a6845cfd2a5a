using EdgeAgent.Fleet.Gateway;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Where a gateway is killed on its way with a document, how often, beside what load.</summary>
sealed record FleetKillsSettings
{
    /// <summary>The arrow after whose record it is killed.</summary>
    public FleetPhase At { get; init; } = FleetPhase.Trial;

    /// <summary>Whether it is killed once more at its next start: in a trial it has to go back then.</summary>
    public bool IsTwice { get; init; }

    /// <summary>Documents, in each of which it is killed.</summary>
    public int Documents { get; init; } = 2;

    /// <summary>Messages a second of all sensors together.</summary>
    public int RatePerSecond { get; init; } = 500;
}
