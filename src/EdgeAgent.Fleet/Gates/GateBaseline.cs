namespace EdgeAgent.Fleet.Gates;

/// <summary>How it was before a trial. Immutable; part of the trial's record.</summary>
public sealed record GateBaseline
{
    /// <summary>Most sources, outputs and pipelines of each that are compared.</summary>
    public const int Most = 100;

    /// <summary>Nothing ran.</summary>
    public static readonly GateBaseline None = new();

    /// <summary>Sources that were connected.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Outputs that failed.</summary>
    public IReadOnlyList<string> FailingOutputs { get; init; } = [];

    /// <summary>Readings a second of each pipeline.</summary>
    public IReadOnlyDictionary<string, GateFlow> Pipelines { get; init; } = new Dictionary<string, GateFlow>();

    /// <summary>Bad of all messages.</summary>
    public double Bad { get; init; }

    /// <summary>Memory of the process [bytes].</summary>
    public long ResidentBytes { get; init; }

    /// <summary>The time that rates are of.</summary>
    public TimeSpan Over { get; init; }
}
