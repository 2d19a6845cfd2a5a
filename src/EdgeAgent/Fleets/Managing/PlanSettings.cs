using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>A plan's file: what goes to whom, in which waves.</summary>
sealed record PlanSettings
{
    /// <summary>The name that the file gives; null for one of document and version.</summary>
    public string? Rollout { get; init; }

    /// <summary>The group.</summary>
    public required string Group { get; init; }

    /// <summary>The signed document's file, or a digest that lies on the broker.</summary>
    public required string Document { get; init; }

    /// <summary>The waves.</summary>
    public required IReadOnlyList<Wave> Waves { get; init; }

    /// <summary>What the target says of trials.</summary>
    public required TrialGates Gates { get; init; }

    /// <summary>Nobody begins before it.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When in the day a gateway may begin.</summary>
    public DayWindow? Window { get; init; }

    /// <summary>How long the targets of this rollout are taken up; null for ever.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>Raised to let gateways try again on which the document failed.</summary>
    public int Retry { get; init; }

    /// <summary>Whether gateways with an open alert wait.</summary>
    public bool WaitsForAlerts { get; init; }

    /// <summary>The plan as it is decided by.</summary>
    /// <param name="rollout">Its name.</param>
    /// <param name="document">The document, whose own gates go first.</param>
    /// <param name="heartbeat">How often gateways report.</param>
    public RolloutPlan ToPlan(string rollout, ConfigDocument document, TimeSpan heartbeat)
    {
        var gates = document.Gates.Or(Gates).Or(TrialGates.Defaults);
        return new()
        {
            Rollout = rollout, Waves = Waves, Within = gates.Within!.Value, Trial = gates.Grace!.Value + gates.Hold!.Value,
                Heartbeat = heartbeat,
        };
    }
}
