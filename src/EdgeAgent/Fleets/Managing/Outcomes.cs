using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>What a report says of a candidate.</summary>
static class Outcomes
{
    /// <summary>The outcome. A revert only for want of the fleet link is none: the gateway tries again.</summary>
    public static Outcome Of(Report report, Candidate candidate)
    {
        var runs = report.Running is { } running && running.Document.Digest == candidate.Document.Digest;
        if (runs) return report.Running!.IsGood ? Outcome.Good : Outcome.Trying;
        return report.LastFailed is { Kind: not FailureKind.Unreported } failed && failed.Document.Digest == candidate.Document.Digest
            && failed.Retry >= candidate.Retry ? Outcome.Failed : Outcome.None;
    }

    /// <summary>When it came about, for their order; as far as it can be known.</summary>
    public static DateTimeOffset TimeOf(Report report, Outcome outcome) =>
        outcome == Outcome.Failed ? report.LastFailed!.At : report.Running?.Since ?? DateTimeOffset.MinValue;
}
