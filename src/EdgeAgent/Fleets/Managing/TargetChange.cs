using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleets.Managing;

/// <summary>What people change of a group's target by hand.</summary>
static class TargetChange
{
    /// <summary>Another state of the rollout that is under way.</summary>
    /// <exception cref="FleetException">There is none, or it cannot get there.</exception>
    public static Target? State(string group, Target? current, CandidateState state)
    {
        if (current?.Candidate is not { } candidate) throw new FleetException($"no rollout of {group} is under way.");
        if (candidate.State == state) return null;
        if (candidate.State == CandidateState.Abort)
            throw new FleetException(
                $"the rollout {candidate.Rollout} of {group} was aborted: gateways went back. Start a new one, under another name or with "
                    + $"`retry` raised.");
        return current with { Candidate = candidate with { State = state } };
    }

    /// <summary>Back to the document before, or to a named one.</summary>
    /// <exception cref="FleetException">There is nothing to go back to.</exception>
    public static Target? Back(string group, Target? current, DocumentRef? to, DateTimeOffset now)
    {
        if (to is null)
            return current is { Candidate.State: not CandidateState.Abort, Stable: not null } ? State(group, current, CandidateState.Abort)
                : throw new FleetException(
                $"{group} runs no candidate that could be taken back. Name the document: --to FILE or --to DIGEST.");
        if (current is { Candidate: null } && current.Stable == to) return null;
        return new() { Group = group, Sequence = 1, Issued = now, Stable = to, Gates = current?.Gates ?? TrialGates.Nothing };
    }
}
