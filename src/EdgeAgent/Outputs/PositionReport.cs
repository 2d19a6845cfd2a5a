using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>What the other side has of an output's lanes.</summary>
/// <param name="Through">The last record of each lane that it has; lanes that are not named have none.</param>
/// <param name="Asides">Records among them that were refused for good.</param>
/// <param name="Failure">Why that is not known, as a sentence that says what to do; null when it is.</param>
public sealed record PositionReport(IReadOnlyDictionary<Lane, long> Through, IReadOnlyList<AsideRecord> Asides, string? Failure)
{
    /// <summary>It is not known, and why.</summary>
    public static PositionReport Failed(string why) => new(new Dictionary<Lane, long>(), [], why);
}
