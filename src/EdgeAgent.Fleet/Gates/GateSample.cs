using EdgeAgent.Core.Readings;

namespace EdgeAgent.Fleet.Gates;

/// <summary>Values of the status that gates are about, at one moment. Counters count since the start of what they are of.</summary>
public sealed record GateSample
{
    /// <summary>When.</summary>
    public required MonotonicTime At { get; init; }

    /// <summary>Whether each source is connected.</summary>
    public required IReadOnlyDictionary<string, bool> Sources { get; init; }

    /// <summary>Each output.</summary>
    public required IReadOnlyDictionary<string, GateOutput> Outputs { get; init; }

    /// <summary>Each pipeline.</summary>
    public required IReadOnlyDictionary<string, GateFlow> Pipelines { get; init; }

    /// <summary>Why the last commit failed; null when it did not.</summary>
    public string? CommitError { get; init; }

    /// <summary>Messages that could not be read.</summary>
    public long Bad { get; init; }

    /// <summary>All messages.</summary>
    public long Messages { get; init; }

    /// <summary>Memory of the process [bytes].</summary>
    public long ResidentBytes { get; init; }
}
