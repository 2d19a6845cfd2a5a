using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleet.Gates;

/// <summary>What a trial has to fulfil, nothing left open. Immutable.</summary>
/// <param name="Gates">The gates as document and target say them; what they leave open is the default.</param>
public sealed record GateLimits(TrialGates Gates)
{
    readonly TrialGates _all = Gates.Or(TrialGates.Defaults);

    /// <summary>Whether every source that was connected before has to be.</summary>
    public bool Sources => _all.Sources!.Value;

    /// <summary>Whether every output has to be well, or to have failed before.</summary>
    public bool Outputs => _all.Outputs!.Value;

    /// <summary>Whether commits have to succeed.</summary>
    public bool Commits => _all.Commits!.Value;

    /// <summary>Starts inside the trial after the first, which a cut of power may have been.</summary>
    public int Restarts => _all.Restarts!.Value;

    /// <summary>Readings into each pipeline and to its end, against those before.</summary>
    public RatioRule Readings => _all.Readings!;

    /// <summary>Bad of all messages, against the part before.</summary>
    public RatioRule Bad => _all.Bad!;

    /// <summary>Most memory of the process [bytes], unless it took nearly as much before.</summary>
    public long ResidentBytes => _all.ResidentBytes!.Value;

    /// <summary>All gates have to be true for so long.</summary>
    public TimeSpan Hold => _all.Hold!.Value;

    /// <summary>Within this time.</summary>
    public TimeSpan Within => _all.Within!.Value;

    /// <summary>A gate may be false for so long on end.</summary>
    public TimeSpan Grace => _all.Grace!.Value;
}
