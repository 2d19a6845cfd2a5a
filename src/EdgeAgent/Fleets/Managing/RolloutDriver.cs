using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Drives one rollout: takes reports, decides, writes a target for each wave.</summary>
/// <remarks>It can be ended at any moment and begun again by the same plan: where it is, the retained target says.</remarks>
/// <param name="session">The manager at its broker, which has collected.</param>
/// <param name="prepared">The rollout.</param>
/// <param name="sign">Signs a target.</param>
/// <param name="marks">What the local file remembers; may be empty.</param>
/// <param name="says">Hears each thing that happens.</param>
sealed class RolloutDriver(FleetSession session, PreparedRollout prepared, Func<byte[], Envelope> sign, RolloutMarks marks,
    Action<RolloutEvent> says)
{
    static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    readonly PlanSettings _settings = prepared.Settings;
    readonly RolloutPlan _plan = prepared.Plan;
    Rollout _rollout = new(prepared.Plan);
    long _adopted;

    /// <summary>Starts the rollout, or goes on with it; returns when it has ended, another manager ended it, or at <paramref
    /// name="stop"/>.</summary>
    /// <param name="isOnce">Whether to look and act once instead of staying.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="FleetException">It cannot be started, or the broker keeps an older target; the message says why.</exception>
    public Step Run(bool isOnce, CancellationToken stop)
    {
        session.RequireNewest(_settings.Group);
        session.Heard = Hear;
        if (Candidate() is null) Start();
        while (true)
        {
            if (Candidate() is not { } candidate)
                throw new FleetException($"the target of {_settings.Group} names another rollout now: another manager took over.");
            if (session.View.Targets[_settings.Group] is var target && target.Sequence != _adopted) Adopt(target, candidate);
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
    Candidate? Candidate() => session.View.Targets.GetValueOrDefault(_settings.Group)?.Candidate is { } candidate
        && candidate.Rollout == _plan.Rollout && candidate.Document.Digest == prepared.Reference.Digest ? candidate : null;

    void Start()
    {
        if (session.View.Targets.GetValueOrDefault(_settings.Group) is { Candidate: { } other } && other.Rollout == _plan.Rollout)
            throw new FleetException(
                $"the rollout {_plan.Rollout} is known with another document ({other.Document.Digest}). Give this one a name of its own.");
        _rollout = Members(_plan);
        Publish(0, "the first wave");
    }

    Rollout Members(RolloutPlan plan)
    {
        var rollout = new Rollout(_plan);
        foreach (var gateway in session.View.Gateways.Values.OrderBy(g => g.Heard))
        {
            if (!session.View.Follows(gateway, _settings.Group)) continue;
            rollout.Add(gateway.Id, Bucket.Of(_plan.Rollout, gateway.Id));
            if (gateway.IsTrusted) rollout.Observe(gateway.Id, Outcome.None, gateway.Heard);
        }

        return rollout;
    }

    /// <summary>Takes the place that a target shows.</summary>
    void Adopt(Target target, Candidate candidate)
    {
        var wave = _plan.WaveOf(candidate.Admit, candidate.Canaries);
        if (wave < 0)
            throw new FleetException(
                $"the target of {_settings.Group} admits {candidate.Admit / 100.0:0.##} % and {candidate.Canaries.Count} canaries, which "
                    + $"is no wave of "
                + "this _plan. Start it by the plan that it was begun with, or abort it.");
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

        _rollout = Members(_plan);
        _rollout.Restore(wave, target.Issued, marks.Reached(_plan.Rollout, wave));
        var seen = session.View.Gateways.Values.Where(g => g.IsTrusted && session.View.Follows(g, _settings.Group))
            .Select(g => (Gateway: g, Outcome: Outcomes.Of(g.Report!, candidate)));
        foreach (var (gateway, outcome) in seen.OrderBy(s => Outcomes.TimeOf(s.Gateway.Report!, s.Outcome)))
            _rollout.Observe(gateway.Id, outcome, gateway.Heard);
        Say(RolloutEventKind.Wave, $"{_plan.Waves[wave].Label} since {target.Issued:u}");
    }

    Decision Act(Decision decision)
    {
        marks.Keep(_plan.Rollout, _rollout.Wave, _rollout.Reached);
        switch (decision.Step)
        {
            case Step.Advance:
                Publish(_rollout.Wave + 1, decision.Reason);
                break;
            case Step.Pause or Step.Abort:
                var state = decision.Step == Step.Pause ? CandidateState.Pause : CandidateState.Abort;
                session.Write(_settings.Group, sign, current => current?.Candidate is { } candidate && candidate.Rollout == _plan.Rollout
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
        var spread = _plan.SpreadOf(wave, Math.Max(0, count.There - proved), proved);
        if (count.Admitted == 0) throw new FleetException(
            $"wave {wave + 1} of {_settings.Group} would admit no gateway that is known. Is the list of gateways right?");
        var written = session.Write(_settings.Group, sign, current => Next(current, wave, spread));
        Say(RolloutEventKind.Publish, $"{_plan.Waves[wave].Label}: {count.Admitted} gateways admitted, {count.Absent} of them away"
            + $"{(spread > TimeSpan.Zero ? $", over {Core.Specs.Words.Of(spread)}" : "")}; {reason}", written?.Sequence);
    }

    /// <summary>The target of a wave; null when it is there or further.</summary>
    Target? Next(Target? current, int wave, TimeSpan spread)
    {
        var stable = current?.Stable;
        if (current?.Candidate is { } there)
        {
            if (there.Rollout == _plan.Rollout && there.Document.Digest == prepared.Reference.Digest)
            {
                if (there.State != CandidateState.Run || _plan.WaveOf(there.Admit, there.Canaries) >= wave) return null;
            }
            else stable = StableOf(current, there);
        }

        return new()
        {
            Group = _settings.Group, Sequence = 1, Issued = session.Now,
            Expires = _settings.Expires is { } span ? session.Now + span : null,
            Stable = stable, Gates = _settings.Gates,
            Candidate = new()
            {
                Document = prepared.Reference, Rollout = _plan.Rollout, State = CandidateState.Run, Admit = _plan.Waves[wave].Admit,
                    Canaries = _plan.CanariesOf(wave),
                NotBefore = _settings.NotBefore, Window = _settings.Window, Spread = spread, Retry = _settings.Retry,
                    WaitsForAlerts = _settings.WaitsForAlerts,
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
            if (!gateway.IsTrusted || !session.View.Follows(gateway, _settings.Group) || !before.Admits(gateway.Id)) continue;
            all++;
            if (Outcomes.Of(gateway.Report!, before) == Outcome.Good) good++;
        }

        if (before is { State: CandidateState.Run, Admit: Wave.All } && good >= Math.Ceiling(0.95 * all)) return before.Document;
        throw new FleetException(
            $"the rollout {before.Rollout} of {_settings.Group} is not through: {before.State.ToString().ToLowerInvariant()} at "
            + $"{before.Admit / 100.0:0.##} %, good on {good} of {all}. Finish it, or `edge-agent fleet rollout abort {_settings.Group}`.");
    }

    void Hear(SeenGateway gateway)
    {
        if (Candidate() is not { } candidate || !session.View.Follows(gateway, _settings.Group)) return;
        _rollout.Add(gateway.Id, Bucket.Of(_plan.Rollout, gateway.Id));
        if (!gateway.IsTrusted) return;
        var outcome = Outcomes.Of(gateway.Report!, candidate);
        _rollout.Observe(gateway.Id, outcome, gateway.Heard);
        if (outcome != Outcome.Failed || !marks.IsNew(_plan.Rollout, gateway.Id)) return;
        var failed = gateway.Report!.LastFailed!;
        Say(RolloutEventKind.Failed,
            $"{gateway.Id}: {FailureText.Of(failed)}{(failed.Findings.Count > 0 ? $": {failed.Findings[0]}" : "")}");
    }

    void Say(RolloutEventKind kind, string text, long? sequence = null) =>
        says(new()
        {
            Kind = kind,
            Rollout = _plan.Rollout,
            Group = _settings.Group,
            Document = $"{prepared.Document.Name} {prepared.Document.Version}",
            Text = text,
            Sequence = sequence,
            At = session.Now,
            Count = _rollout.Wave < 0 ? null : _rollout.Count(_rollout.Wave, session.Now),
            Score = _rollout.Score,
        });
}
