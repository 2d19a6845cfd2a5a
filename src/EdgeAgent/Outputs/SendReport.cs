using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>What became of one <see cref="IOutput.Send"/>.</summary>
/// <param name="Delivered">Leading segments dealt with: each of their records is delivered, rejected or held.</param>
/// <param name="Rejected">Records of those segments that the output will never take.</param>
/// <param name="Failure">Why the rest was not delivered, as a sentence that says what to do; null when all was or on a stop.</param>
public sealed record SendReport(int Delivered, IReadOnlyList<RejectedRecord> Rejected, string? Failure)
{
    /// <summary>Records of those segments whose topic is in trouble, in order: they wait in a lane of their own, and others pass them.
    /// </summary>
    public IReadOnlyList<HeldRecord> Held { get; init; } = [];
}
