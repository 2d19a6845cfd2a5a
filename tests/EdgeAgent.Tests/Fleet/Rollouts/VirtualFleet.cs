using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Tests.Fleet.Rollouts;

/// <summary>A fleet in virtual time: gateways that try a document, fail or not, report and go back, and the manager that decides.</summary>
sealed class VirtualFleet
{
    static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Random _random;
    readonly RolloutPlan _plan;
    readonly Rollout _rollout;
    readonly Gateway[] _gateways;
    readonly PriorityQueue<(int Gateway, Happening What), double> _events = new();
    readonly bool _hasHeartbeats;
    double _now, _spread;
    double _endedAt = double.MaxValue;
    int _admit;
    bool _isAborted;

    public VirtualFleet(RolloutPlan plan, int gateways, double failing, int seed, double offline = 0, double backAfter = 0)
    {
        _random = new(seed);
        (_plan, _rollout) = (plan, new(plan));
        _gateways = new Gateway[gateways];
        _hasHeartbeats = plan.Heartbeat < TimeSpan.FromDays(1);
        var canaries = plan.CanariesOf(plan.Waves.Count - 1).ToHashSet();
        for (var i = 0; i < gateways; i++)
        {
            var bucket = _random.Next(10_000);
            _gateways[i] = new()
            {
                Id = $"gw-{i}", Bucket = bucket, IsCanary = canaries.Contains($"gw-{i}"), Fails = _random.NextDouble() < failing,
                BackAt = _random.NextDouble() < offline ? backAfter * (0.5 + _random.NextDouble()) : 0,
            };
            _rollout.Add(_gateways[i].Id, bucket);
            if (_gateways[i].BackAt > 0) _events.Enqueue((i, Happening.Back), _gateways[i].BackAt);
            else
            {
                _rollout.Observe(_gateways[i].Id, Outcome.None, s_start);
                if (_hasHeartbeats) _events.Enqueue((i, Happening.Heartbeat), _random.NextDouble() * plan.Heartbeat.TotalSeconds);
            }
        }
    }

    enum Happening { Heartbeat, Back, Begin, Fail, Good }

    /// <summary>Gateways that have run the document at all.</summary>
    public int Tried => _gateways.Count(g => g.HasTried);

    /// <summary>Gateways that run it now, under trial or for good.</summary>
    public int OnCandidate => _gateways.Count(g => g.Runs);

    /// <summary>Gateways that had tried it when the rollout ended.</summary>
    public int StoppedAfter { get; private set; }

    /// <summary>Targets published.</summary>
    public int Published { get; private set; }

    /// <summary>Gateways that began without being admitted.</summary>
    public int Excess { get; private set; }

    /// <summary>Hours that passed.</summary>
    public double Hours => _now / 3600;

    /// <summary>Runs until the rollout ends by itself, then until every gateway that comes back is back.</summary>
    public Decision Run()
    {
        var plan = _plan;
        Decision decision = default;
        var untilDecision = 0.0;
        while (true)
        {
            var isEventNext = _events.TryPeek(out _, out var at) && at <= untilDecision;
            if (isEventNext)
            {
                var (gateway, what) = _events.Dequeue();
                _now = at;
                if (Happen(gateway, what)) untilDecision = _now;
                continue;
            }

            _now = untilDecision;
            untilDecision += 120;
            decision = _rollout.Decide(s_start.AddSeconds(_now));
            if (decision.Step == Step.Wait) continue;
            if (decision.Step != Step.Advance) break;
            var wave = _rollout.Wave + 1;
            var next = _rollout.Count(wave, s_start.AddSeconds(_now));
            var proved = wave == 0 ? 0 : _rollout.Count(wave - 1, s_start.AddSeconds(_now)).Good;
            Publish(wave, plan.SpreadOf(wave, next.There - proved, proved).TotalSeconds);
        }

        StoppedAfter = Tried;
        // Whoever is asked by a pause takes the document back.
        if (decision.Step != Step.Finish) Abort();
        _endedAt = _now;
        while (_events.TryDequeue(out var e, out var at) && at < _endedAt + 200_000)
        {
            _now = at;
            Happen(e.Gateway, e.What);
        }

        return decision;
    }

    void Publish(int wave, double spread)
    {
        Published++;
        _rollout.Restore(wave, s_start.AddSeconds(_now));
        (_admit, _spread) = (_plan.Waves[wave].Admit, spread);
        for (var i = 0; i < _gateways.Length; i++)
            if (_gateways[i].BackAt <= _now) Receive(i);
    }

    void Abort()
    {
        Published++;
        _isAborted = true;
        for (var i = 0; i < _gateways.Length; i++)
            if (_gateways[i].BackAt <= _now) _gateways[i].Runs = false;
    }

    void Receive(int i)
    {
        ref var gateway = ref _gateways[i];
        var isAdmitted = _rollout.Wave >= 0 && (gateway.IsCanary || gateway.Bucket < _admit);
        if (!isAdmitted || _isAborted || gateway.IsDecided || gateway.HasTarget) return;
        gateway.HasTarget = true;
        _events.Enqueue((i, Happening.Begin), _now + 1 + _random.NextDouble() * (_spread + 1));
    }

    /// <summary>Returns whether the manager looks at once: a failure.</summary>
    bool Happen(int i, Happening what)
    {
        ref var gateway = ref _gateways[i];
        var time = s_start.AddSeconds(_now);
        switch (what)
        {
            case Happening.Heartbeat:
                if (_now < _endedAt)
                    _events.Enqueue((i, what), _now + _plan.Heartbeat.TotalSeconds * (0.8 + 0.4 * _random.NextDouble()));
                _rollout.Observe(gateway.Id, gateway.Outcome, time);
                break;
            case Happening.Back:
                Receive(i);
                if (_hasHeartbeats) Happen(i, Happening.Heartbeat);
                break;
            case Happening.Begin when !_isAborted:
                (gateway.HasTried, gateway.Runs, gateway.Outcome) = (true, true, Outcome.Trying);
                if (!gateway.IsCanary && gateway.Bucket >= _admit) Excess++;
                _rollout.Observe(gateway.Id, Outcome.Trying, time);
                if (gateway.Fails) _events.Enqueue((i, Happening.Fail), _now + 60 + 240 * _random.NextDouble());
                else _events.Enqueue((i, Happening.Good), _now + 360);
                break;
            case Happening.Fail or Happening.Good when gateway.Runs:
                gateway.IsDecided = true;
                gateway.Outcome = what == Happening.Good ? Outcome.Good : Outcome.Failed;
                gateway.Runs = what == Happening.Good;
                _rollout.Observe(gateway.Id, gateway.Outcome, time);
                return what == Happening.Fail;
        }

        return false;
    }

    struct Gateway
    {
        public string Id;
        public int Bucket;
        public bool IsCanary, Fails, HasTarget, HasTried, Runs, IsDecided;
        public Outcome Outcome;
        public double BackAt;
    }
}
