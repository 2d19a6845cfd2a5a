using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Drives one rollout: takes reports, decides, writes a target for each wave.</summary>
/// <remarks>It can be ended at any moment and begun again by the same plan: where it is, the retained target says.</remarks>
/// <param name="session">The manager at its broker, which has collected.</param>
/// <param name="settings">The plan.</param>
/// <param name="document">The document, which lies on the broker.</param>
/// <param name="reference">Its digest and version.</param>
/// <param name="plan">The plan as it is decided by.</param>
/// <param name="sign">Signs a target.</param>
/// <param name="marks">What the local file remembers; may be empty.</param>
/// <param name="says">Hears each thing that happens.</param>
sealed class RolloutDriver(FleetSession session, PlanSettings settings, ConfigDocument document, DocumentRef reference, RolloutPlan plan,
    Func<byte[], Envelope> sign, RolloutMarks marks, Action<RolloutEvent> says)
{
    static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    Rollout _rollout = new(plan);
    long _adopted;

    /// <summary>Starts the rollout, or goes on with it; returns when it has ended, another manager ended it, or at <paramref
    /// name="stop"/>.</summary>
    /// <param name="isOnce">Whether to look and act once instead of staying.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="FleetException">It cannot be started; the message says why.</exception>
    public Step Run(bool isOnce, CancellationToken stop)
    {
        session.Heard = Hear;
        if (Candidate() is null) Start();
        while (true)
        {
            if (Candidate() is not { } candidate)
                throw new FleetException($"the target of {settings.Group} names another rollout now: another manager took over.");
            if (session.View.Targets[settings.Group] is var target && target.Sequence != _adopted) Adopt(target, candidate);
            var decision = candidate.State switch
            {
                CandidateState.Abort => new Decision(Step.Abort, "aborted"),
                CandidateState.Pause => new Decision(Step.Pause, "paused"),
                _ => Act(_rollout.Decide(session.Now)),
            };
            if (decision.Step is Step.Finish or Step.Abort or Step.Pause) return decision.Step;
            if (decision.Step == Step.Wait && isOnce || stop.IsCancellationRequested) return Step.Wait;
            if (decision.Step == Step.Wait) session.Pump(s_look);
        }
    }

    /// <summary>The candidate when it is this rollout's.</summary>
    Candidate? Candidate() => session.View.Targets.GetValueOrDefault(settings.Group)?.Candidate is { } candidate
        && candidate.Rollout == plan.Rollout && candidate.Document.Digest == reference.Digest ? candidate : null;

    void Start()
    {
        if (session.View.Targets.GetValueOrDefault(settings.Group) is { Candidate: { } other } && other.Rollout == plan.Rollout)
            throw new FleetException(
                $"the rollout {plan.Rollout} is known with another document ({other.Document.Digest}). Give this one a name of its own.");
        _rollout = Members(plan);
        Publish(0, "the first wave");
    }

    Rollout Members(RolloutPlan plan)
    {
        var rollout = new Rollout(plan);
        foreach (var gateway in session.View.Gateways.Values.OrderBy(g => g.Heard))
        {
            if (!session.View.Follows(gateway, settings.Group)) continue;
            rollout.Add(gateway.Id, Bucket.Of(plan.Rollout, gateway.Id));
            if (gateway.IsTrusted) rollout.Observe(gateway.Id, Outcome.None, gateway.Heard);
        }

        return rollout;
    }

    /// <summary>Takes the place that a target shows.</summary>
    void Adopt(Target target, Candidate candidate)
    {
        var wave = plan.WaveOf(candidate.Admit, candidate.Canaries);
        if (wave < 0)
            throw new FleetException(
                $"the target of {settings.Group} admits {candidate.Admit / 100.0:0.##} % and {candidate.Canaries.Count} canaries, which "
                    + $"is no wave of "
                + "this plan. Start it by the plan that it was begun with, or abort it.");
        // A change of state or a repeated number leaves the wave where it was.
        if (_rollout.Wave == wave)
        {
            _adopted = target.Sequence;
            return;
        }

        _adopted = target.Sequence;
        if (_rollout.Wave >= 0 && _rollout.Wave < wave)
        {
            _rollout.Restore(wave, target.Issued);
            return;
        }

        _rollout = Members(plan);
        _rollout.Restore(wave, target.Issued, marks.Reached(plan.Rollout, wave));
        var seen = session.View.Gateways.Values.Where(g => g.IsTrusted && session.View.Follows(g, settings.Group))
            .Select(g => (Gateway: g, Outcome: Outcomes.Of(g.Report!, candidate)));
        foreach (var (gateway, outcome) in seen.OrderBy(s => Outcomes.TimeOf(s.Gateway.Report!, s.Outcome)))
            _rollout.Observe(gateway.Id, outcome, gateway.Heard);
        Say(RolloutEventKind.Wave, $"{plan.Waves[wave].Label} since {target.Issued:u}");
    }

    Decision Act(Decision decision)
    {
        marks.Keep(plan.Rollout, _rollout.Wave, _rollout.Reached);
        switch (decision.Step)
        {
            case Step.Advance:
                Publish(_rollout.Wave + 1, decision.Reason);
                break;
            case Step.Pause or Step.Abort:
                var state = decision.Step == Step.Pause ? CandidateState.Pause : CandidateState.Abort;
                session.Write(settings.Group, sign, current => current?.Candidate is { } candidate && candidate.Rollout == plan.Rollout
                    && candidate.State == CandidateState.Run ? current with { Candidate = candidate with { State = state } } : null);
                Say(decision.Step == Step.Pause ? RolloutEventKind.Pause : RolloutEventKind.Abort, decision.Reason);
                break;
            case Step.Finish:
                Say(RolloutEventKind.Finish, decision.Reason);
                break;
        }

        return decision;
    }

    void Publish(int wave, string reason)
    {
        var count = _rollout.Count(wave, session.Now);
        var proved = wave == 0 ? 0 : _rollout.Count(wave - 1, session.Now).Good;
        var spread = plan.SpreadOf(wave, Math.Max(0, count.There - proved), proved);
        if (count.Admitted == 0) throw new FleetException(
            $"wave {wave + 1} of {settings.Group} would admit no gateway that is known. Is the list of gateways right?");
        var written = session.Write(settings.Group, sign, current => Next(current, wave, spread));
        Say(RolloutEventKind.Publish, $"{plan.Waves[wave].Label}: {count.Admitted} gateways admitted, {count.Absent} of them away"
            + $"{(spread > TimeSpan.Zero ? $", over {Core.Specs.Words.Of(spread)}" : "")}; {reason}", written?.Sequence);
    }

    /// <summary>The target of a wave; null when it is there or further.</summary>
    Target? Next(Target? current, int wave, TimeSpan spread)
    {
        var stable = current?.Stable;
        if (current?.Candidate is { } there)
        {
            if (there.Rollout == plan.Rollout && there.Document.Digest == reference.Digest)
            {
                if (there.State != CandidateState.Run || plan.WaveOf(there.Admit, there.Canaries) >= wave) return null;
            }
            else stable = StableOf(current, there);
        }

        return new()
        {
            Group = settings.Group, Sequence = 1, Issued = session.Now, Expires = settings.Expires is { } span ? session.Now + span : null,
            Stable = stable, Gates = settings.Gates,
            Candidate = new()
            {
                Document = reference, Rollout = plan.Rollout, State = CandidateState.Run, Admit = plan.Waves[wave].Admit,
                    Canaries = plan.CanariesOf(wave),
                NotBefore = settings.NotBefore, Window = settings.Window, Spread = spread, Retry = settings.Retry,
                    WaitsForAlerts = settings.WaitsForAlerts,
            },
        };
    }

    /// <summary>What is stable after the rollout before: its document when it is through and good, the one before when it was
    /// aborted.</summary>
    DocumentRef? StableOf(Target current, Candidate before)
    {
        if (before.State == CandidateState.Abort) return current.Stable;
        var (good, all) = (0, 0);
        foreach (var gateway in session.View.Gateways.Values)
        {
            if (!gateway.IsTrusted || !session.View.Follows(gateway, settings.Group) || !before.Admits(gateway.Id)) continue;
            all++;
            if (Outcomes.Of(gateway.Report!, before) == Outcome.Good) good++;
        }

        if (before is { State: CandidateState.Run, Admit: Wave.All } && good >= Math.Ceiling(0.95 * all)) return before.Document;
        throw new FleetException(
            $"the rollout {before.Rollout} of {settings.Group} is not through: {before.State.ToString().ToLowerInvariant()} at "
            + $"{before.Admit / 100.0:0.##} %, good on {good} of {all}. Finish it, or `edge-agent fleet rollout abort {settings.Group}`.");
    }

    void Hear(SeenGateway gateway)
    {
        if (Candidate() is not { } candidate || !session.View.Follows(gateway, settings.Group)) return;
        _rollout.Add(gateway.Id, Bucket.Of(plan.Rollout, gateway.Id));
        if (!gateway.IsTrusted) return;
        var outcome = Outcomes.Of(gateway.Report!, candidate);
        _rollout.Observe(gateway.Id, outcome, gateway.Heard);
        if (outcome != Outcome.Failed || !marks.IsNew(plan.Rollout, gateway.Id)) return;
        var failed = gateway.Report!.LastFailed!;
        Say(RolloutEventKind.Failed, $"{gateway.Id}: {failed.Kind.ToString().ToLowerInvariant()} by {failed.Gate}"
            + $"{(string.IsNullOrEmpty(failed.Before + failed.After) ? "" : $", before {failed.Before}, after {failed.After}")}"
            + $"{(failed.Findings.Count > 0 ? $": {failed.Findings[0]}" : "")}");
    }

    void Say(RolloutEventKind kind, string text, long? sequence = null) =>
        says(new(kind, plan.Rollout, settings.Group, $"{document.Name} {document.Version}", text, sequence, session.Now,
            _rollout.Wave < 0 ? null : _rollout.Count(_rollout.Wave, session.Now), _rollout.Score));
}
