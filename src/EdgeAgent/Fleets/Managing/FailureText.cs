using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Why a document failed on a gateway, for people.</summary>
static class FailureText
{
    /// <summary>How it failed and why: <c>reverted by readings (5/s → 1/s)</c>, <c>rejected: old-version: …</c>.</summary>
    public static string Of(LastFailed failed)
    {
        var word = failed.Kind.ToString().ToLowerInvariant();
        var (before, after) = (failed.Before ?? "", failed.After ?? "");
        if (failed.Kind == FailureKind.Rejected)
            return $"{word}: {(after.StartsWith(failed.Gate, StringComparison.Ordinal) ? after : $"{failed.Gate} {after}".TrimEnd())}";
        var gate = new GateFailure(failed.Gate, before, after);
        return before.Length + after.Length == 0 ? $"{word} by {gate.Gate}"
            : gate.HasFigures ? $"{word} by {gate.Gate} ({before} → {after})" : $"{word} by {gate}";
    }
}
