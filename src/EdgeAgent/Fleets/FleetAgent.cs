using System.Collections.Concurrent;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Fleets.Link;
using EdgeAgent.Logs;
using EdgeAgent.Reloads;

namespace EdgeAgent.Fleets;

/// <summary>Runs the state machine of this gateway: gives it what happens, makes each record durable, then does what it asks for.</summary>
/// <remarks>One thread, which works off what others post. No part of the data path waits for it; it reloads as any other who asks. A record
/// that cannot be written keeps its event, which is given again a second later. See docs/decisions/fleet-gateway.md.</remarks>
sealed class FleetAgent : IDisposable
{
    const int LookMs = 1000;
    static readonly TimeSpan s_longestBefore = SampleHistory.Longest - TimeSpan.FromMinutes(5);

    // A wait that somebody may wonder about is reported.
    static readonly TimeSpan s_longWait = TimeSpan.FromSeconds(30);

    readonly FleetFolder _folder;
    readonly IClock _clock;
    readonly LogLimiter _log;
    readonly FleetInbox _inbox;
    readonly FleetReporter _reporter;
    readonly FleetReplies _replies;
    readonly DocumentCheck _check;
    readonly IFleetLink? _link;
    readonly BlockingCollection<Action> _work = new(1000);
    readonly Queue<FleetEvent> _owed = new();
    readonly SampleHistory _history = new();
    readonly string _machineBoot;
    readonly MonotonicTime _started;
    FleetHost? _host;
    Thread? _thread;
    GateWatch? _watch;
    MonotonicTime _waitingSince, _nextLook;
    (string Reason, string Topic) _refusalTold;
    bool _isWaitTold;
    volatile bool _isStopped;
    volatile string? _waitsFor, _gateNow;

    /// <summary>An agent that is not started.</summary>
    public FleetAgent(FleetIdentity identity, FleetFolder folder, DocumentCheck check, IClock clock, LogLimiter log, IFleetLink? link)
    {
        (_folder, _check, _clock, _log, _link) = (folder, check, clock, log, link);
        _machineBoot = SyncedFile.TryRead("/proc/sys/kernel/random/boot_id") is { } id ? System.Text.Encoding.ASCII.GetString(id).Trim()
            : "";
        _started = clock.Monotonic;
        _inbox = new FleetInbox(identity, folder, clock, log);
        _reporter = new FleetReporter(identity, folder, _inbox, clock, link);
        _replies = new FleetReplies(identity, folder, _inbox, clock, link);
        _inbox.Asked = Answer;
    }

    /// <summary>The record that is on the disk. Any thread.</summary>
    public FleetRecord Record => _folder.Record;

    /// <summary>What lies on the disk.</summary>
    public FleetFolder Folder => _folder;

    /// <summary>Why a document that could run does not yet; null when none waits. Any thread.</summary>
    public string? WaitsFor => _waitsFor;

    /// <summary>The gate of the trial that is false now; null for none. Any thread.</summary>
    public string? GateNow => _gateNow;

    /// <summary>What became of documents and values since the start.</summary>
    public DocumentTally Tally { get; } = new();

    /// <summary>What came and what was refused.</summary>
    public FleetInbox Inbox => _inbox;

    /// <summary>Reports.</summary>
    public FleetReporter Reporter => _reporter;

    /// <summary>The link; null when documents are only handed in.</summary>
    public IFleetLink? Link => _link;

    /// <summary>Starts; the actions that its start left over come first.</summary>
    /// <param name="host">The agent.</param>
    /// <param name="actions">What the start of the process left to do.</param>
    /// <param name="hasThread">False where a test turns it by hand.</param>
    public void Start(FleetHost host, IReadOnlyList<FleetAction> actions, bool hasThread = true)
    {
        _host = host;
        Post(() => Do(actions.Where(action => action != FleetAction.Run)));
        _link?.Start((topic, message) =>
        {
            _inbox.Came(topic, message);
            _work.TryAdd(() => { }, 0); // only wakes: what came waits in the inbox
        }, () => Post(() => _reporter.IsDue = true));
        Subscribe();
        if (!hasThread) return;
        _thread = new Thread(() =>
        {
            while (!_isStopped) Turn(LookMs);
        }, 1 << 20) { IsBackground = true, Name = "fleet" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isStopped) return;
        _isStopped = true;
        Post(() => { });
        _thread?.Join();
        _link?.Dispose();
    }

    /// <summary>Does something on this agent's thread and waits for it. Any other thread.</summary>
    public T Ask<T>(Func<T> ask)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(ask());
            }
            catch (IOException e)
            {
                answer.SetException(e);
            }
        });
        if (_isStopped) throw new IOException("The agent is stopping.");
        return answer.Task.GetAwaiter().GetResult();
    }

    /// <summary>Gives an event and does what follows. On this agent's thread.</summary>
    /// <returns>Whether its record is durable; if not, it is given again.</returns>
    public bool Take(FleetEvent happened)
    {
        var at = _folder.Record;
        var step = FleetMachine.Step(at, happened, Now);
        if (!ReferenceEquals(step.Record, at))
        {
            try
            {
                _folder.Save(step.Record);
            }
            catch (IOException e)
            {
                _log.Error(
                    "fleet state", $"The fleet's state cannot be written, so nothing is done: {e.Message} It is tried again every second.");
                if (happened is not (FleetEvent.Wanted or FleetEvent.NothingWanted or FleetEvent.Remembered or FleetEvent.Rested
                    or FleetEvent.Passed or FleetEvent.LinkMissing or FleetEvent.Due))
                    _owed.Enqueue(happened);
                return false;
            }

            _log.Clear("fleet state");
            if (step.Record.Phase != at.Phase) Entered(at, step.Record);
        }

        Do(step.Actions);
        return true;
    }

    /// <summary>Takes a root or values that were handed in, as if they had come by the link. On this agent's thread.</summary>
    /// <returns>Whether they were taken; if not, <see cref="FleetInbox.Refused"/> says why.</returns>
    public bool HandIn(string type, byte[] message)
    {
        var refused = _inbox.Refused;
        _inbox.HandIn(type, message, Take);
        Subscribe();
        if (_folder.Record.Phase == FleetPhase.Steady) Offer();
        return ReferenceEquals(refused, _inbox.Refused);
    }

    DateTimeOffset Now => new(_clock.Now.Wall.Utc, TimeSpan.Zero);

    void Post(Action work) => _work.TryAdd(work, _isStopped ? 0 : 10_000);

    /// <summary>Does what was posted, takes what came, and looks at the gates once a second.</summary>
    public void Turn(int waitMs)
    {
        if (_work.TryTake(out var work, waitMs)) work();
        if (_isStopped) return;
        var isTime = _clock.Monotonic >= _nextLook;
        if (isTime) _nextLook = _clock.Monotonic + TimeSpan.FromMilliseconds(LookMs);
        for (var left = isTime ? _owed.Count : 0; left > 0; left--)
            if (!Take(_owed.Dequeue())) break;
        if (_owed.Count > 0) return;
        while (!_isStopped && _inbox.TryTurn(Take, out var isTopicsChanged, out var isNews))
        {
            if (isTopicsChanged) Subscribe();
            if (isNews) Offer();
        }

        if (_inbox.Refused is { } refused && (refused.Reason, refused.Topic) != _refusalTold)
            (_refusalTold, _reporter.IsDue) = ((refused.Reason, refused.Topic), true);
        if (isTime) Look();
        _reporter.Send(_host!.Status);
    }

    /// <summary>What time alone brings.</summary>
    void Look()
    {
        var sample = StatusSample.Of(_host!.Status(), _clock.Monotonic);
        _reporter.Sample = sample;
        var record = _folder.Record;
        if (record.Phase != FleetPhase.Trial) _history.Add(sample);
        switch (record.Phase)
        {
            case FleetPhase.Good or FleetPhase.Refused or FleetPhase.Rejected:
                Take(new FleetEvent.Rested());
                break;
            case FleetPhase.Steady:
                Offer();
                break;
            case FleetPhase.Waiting:
                Wait(record.Upcoming!, sample);
                break;
            case FleetPhase.Trial:
                Watch(record.Trial!, sample);
                break;
        }
    }

    void Offer()
    {
        var record = _folder.Record;
        var running = record.Trial?.Document.Digest ?? record.Running?.Digest;
        if (_inbox.HasTarget)
        {
            if (_inbox.Wanted(running) is { } wanted) Take(new FleetEvent.Wanted(wanted));
            else Take(new FleetEvent.NothingWanted());
        }

        // What was withdrawn just now gives way to what is wanted; values come when nothing else does.
        if (ReferenceEquals(record, _folder.Record)
            && record is { Phase: FleetPhase.Steady, Running: { } runs, UntriedVars: { } vars }) OfferVars(runs, vars);
    }

    void OfferVars(KnownDocument runs, long vars)
    {
        if (_folder.Document(runs.Digest) is not { } document) return;
        var (before, after) = (_folder.Vars(runs.Vars)?.Values, _folder.Vars(vars)?.Values);
        var isSame = document.Vars.Keys.All(name => Equals(before?.GetValueOrDefault(name), after?.GetValueOrDefault(name)));
        Take(new FleetEvent.ValuesCame(vars, isSame, TrialGates.Of(document, _inbox.Followed)));
    }

    void Wait(Upcoming upcoming, GateSample sample)
    {
        var limits = new GateLimits(upcoming.Gates);
        var now = _clock.Now;
        var before = limits.Hold < s_longestBefore ? limits.Hold : s_longestBefore;
        _waitsFor = StartTime.NotYet(upcoming, Now, now.WallTrusted, now.Monotonic - _waitingSince, OpenAlerts > 0)
            ?? (sample.Pipelines.Count > 0 && _history.Length < before ? "a look at how it was before, as long as `hold`" : null);
        if (!_isWaitTold && now.Monotonic - _waitingSince >= s_longWait) (_isWaitTold, _reporter.IsDue) = (true, true);
        if (_waitsFor is null)
            Take(new FleetEvent.Due(_history.Baseline(before), _link?.IsConnected == true, now.MonotonicNs, _machineBoot));
    }

    int OpenAlerts => _host!.Status().Models.Sum(use => use.OpenAlerts);

    void Watch(Trial trial, GateSample sample)
    {
        if (_watch is null)
        {
            var began = trial.Boots > 0 ? _started : sample.At;
            var since = trial.MachineBoot == _machineBoot ? new MonotonicTime(trial.SinceNs) : _started;
            var limits = new GateLimits(trial.Gates);
            _watch = new GateWatch(limits, trial.Before, began, since + limits.Within, trial.NeedsLink && _link is not null);
        }

        var verdict = _watch.Look(sample, _reporter.ConfirmedTrial == trial.Document.Digest);
        _gateNow = _watch.Failure?.ToString();
        switch (verdict)
        {
            case GateVerdict.Passed:
                Take(new FleetEvent.Passed());
                break;
            case GateVerdict.Failed:
                Take(new FleetEvent.GateFailed(_watch.Failure!, StatusSample.Failures(_host!.Status())));
                break;
            case GateVerdict.LinkMissing:
                Take(new FleetEvent.LinkMissing());
                break;
        }
    }

    void Answer(Question question)
    {
        switch (question.What)
        {
            case Question.Report:
                _reporter.IsDue = true;
                break;
            case Question.Log:
                _replies.Send(question, "", () => _host!.Log(question.Lines));
                break;
            case Question.Retry:
                var isKnown = _folder.Record.Failed.Any(failed => failed.Digest == question.Document);
                Take(new FleetEvent.RetryAsked(question.Document));
                _replies.Send(question, isKnown ? "It may be tried again." : "It did not fail here, so there is nothing to try again.");
                _reporter.IsDue = true;
                break;
            default:
                _replies.Send(question, "This version does not know the question.");
                break;
        }
    }

    /// <summary>Another phase is in force.</summary>
    void Entered(FleetRecord before, FleetRecord now)
    {
        (_waitsFor, _gateNow) = (null, null);
        if (now.Phase == FleetPhase.Waiting) (_waitingSince, _isWaitTold) = (_clock.Monotonic, false);
        Tally.Count(now.Phase);
        if (before.Phase is FleetPhase.Trial or FleetPhase.Applying || now.Phase == FleetPhase.Trial) _watch = null;
        if (before.Phase == FleetPhase.Checking) _check.Cancel();
        Tell(now);
        if (now.Phase == FleetPhase.Steady) _folder.Collect();
    }

    void Tell(FleetRecord now)
    {
        var last = now.Failed.Count > 0 ? now.Failed[0] : null;
        switch (now.Phase)
        {
            case FleetPhase.Trial:
                _log.Log.Information("Fleet: document {Document:l} is on trial: its gates have to be true for {Seconds} s",
                    now.Trial!.Document, (long)new GateLimits(now.Trial.Gates).Hold.TotalSeconds);
                break;
            case FleetPhase.Good:
                _log.Log.Information("Fleet: document {Document:l} proved good and stays", now.Running);
                break;
            case FleetPhase.Reverting:
                Reversal.Tell(_log.Log, now.Trial!.Document, now.Running,
                    last?.Digest == now.Trial.Document.Digest ? $"{last.Gate}" : "it is no longer wanted");
                break;
            case FleetPhase.Refused or FleetPhase.Rejected:
                _log.Log.Warning("Fleet: document {Document:l} is not taken: {Why:l}", last!.Document?.ToString() ?? last.Digest,
                    last.Reason);
                foreach (var finding in last.Findings) _log.Log.Warning("Fleet: {Finding:l}", finding);
                break;
        }
    }

    void Do(IEnumerable<FleetAction> actions)
    {
        foreach (var action in actions)
            switch (action)
            {
                case FleetAction.Fetch:
                    Subscribe();
                    if (_inbox.Kept(_folder.Record.Upcoming!.Digest) is { } kept) Take(kept);
                    break;
                case FleetAction.StopFetch:
                    Subscribe();
                    break;
                case FleetAction.Check:
                    Subscribe();
                    _check.Begin(_folder.Record.Upcoming!.Document!, _host!.Reload, result => Post(() => Take(result)));
                    break;
                case FleetAction.Run:
                    Put();
                    break;
                case FleetAction.Report:
                    _reporter.IsDue = true;
                    break;
                case FleetAction.Restart:
                    _host!.Fail("Fleet: neither the document before nor the local file can be put in force; the agent starts anew.");
                    break;
            }
    }

    /// <summary>Puts in force what the record names.</summary>
    void Put()
    {
        var report = _host!.Reload(new ReloadRequest());
        if (report.Outcome == ReloadOutcome.Stopping) return; // the next start takes the record
        _history.Clear();
        Take(new FleetEvent.RunDone(report.IsGood, report.Sentence, report.Findings));
    }

    void Subscribe() => _link?.Subscribe(_inbox.Topics(_folder.Record));
}
