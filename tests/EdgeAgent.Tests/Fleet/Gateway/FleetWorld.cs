using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Fleet.Gateway;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Gateway;

/// <summary>A gateway as its state machine sees it: two files that can tear, kept documents, a process that can die anywhere.</summary>
/// <remarks>Documents are what their behaviour says. After each start and each change-over it holds that what runs is what the record on
/// the disk names, that a document which has not proved good runs only under a trial that is on the disk,
/// and that it is started at most twice.</remarks>
sealed class FleetWorld(Func<FleetWorld.Point, bool> isKilledAt)
{
    readonly byte[][] _files = [new byte[FleetRecordFile.FileBytes], new byte[FleetRecordFile.FileBytes]];
    readonly HashSet<string> _kept = [];
    readonly Dictionary<string, int> _starts = [];
    readonly HashSet<string> _good = [];
    long _generation;
    FleetRecord? _record;
    DateTimeOffset _now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Where a process can die.</summary>
    public enum Point { BeforeSave, TornSave, AfterSave, AfterAction }

    /// <summary>What a document does.</summary>
    public enum Behaviour { Good, FailsGate, Crashes, BreaksLink, HasFindings, CannotBeApplied, IsRefused }

    sealed class Killed : Exception;

    /// <summary>What runs, by digest; null for the local file.</summary>
    public string? Runs { get; private set; }

    /// <summary>The record of the process; null while it is dead.</summary>
    public FleetRecord? Record => _record;

    /// <summary>Trials that a gate ended, by digest and retry.</summary>
    public Dictionary<(string, long), int> Failures { get; } = [];

    /// <summary>A digest for a document of this behaviour.</summary>
    public static string Digest(Behaviour behaviour, int number) => $"{(int)behaviour:x1}{number:x3}".PadRight(32, '0');

    /// <summary>What is wanted.</summary>
    public static Upcoming Upcoming(string digest, long retry = 0, DocumentOrigin origin = DocumentOrigin.Link, bool isNew = true) => new()
    {
        Digest = digest, Retry = retry, Origin = origin, IsNew = isNew, Gates = TrialGates.Defaults,
        Document = origin == DocumentOrigin.Hand ? Known(digest) : null,
    };

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan time) => _now += time;

    /// <summary>Dies, if it lives.</summary>
    public void Kill() => _record = null;

    /// <summary>Gives an event to a process, which is started first if there is none.</summary>
    public void Give(FleetEvent happened)
    {
        try
        {
            if (_record is null) Start();
            if (happened is FleetEvent.HandedIn handed) _kept.Add(handed.Upcoming.Digest);
            if (happened is FleetEvent.Fetched fetched) _kept.Add(fetched.Document.Digest);
            Take(happened);
        }
        catch (Killed)
        {
            _record = null;
        }
    }

    /// <summary>Whatever the phase waits for happens.</summary>
    public void Progress()
    {
        if (_record is null)
        {
            Give(new FleetEvent.Rested());
            return;
        }

        switch (_record.Phase)
        {
            case FleetPhase.Fetching:
                var digest = _record.Upcoming!.Digest;
                Give(Of(digest) == Behaviour.IsRefused ? new FleetEvent.FetchRefused(digest, "old-version")
                    : new FleetEvent.Fetched(Known(digest), null));
                break;
            case FleetPhase.Checking:
                digest = _record.Upcoming!.Digest;
                Give(Of(digest) == Behaviour.HasFindings ? new FleetEvent.CheckFailed(digest, "findings", ["a.yaml:1:1  EA1102"])
                    : new FleetEvent.Checked(digest));
                break;
            case FleetPhase.Waiting:
                Give(new FleetEvent.Due(GateBaseline.None, true, 0, "boot"));
                break;
            case FleetPhase.Trial:
                Give(Of(_record.Trial!.Document.Digest) switch
                {
                    Behaviour.Good => new FleetEvent.Passed(),
                    Behaviour.BreaksLink => new FleetEvent.LinkMissing(),
                    Behaviour.Crashes => Dies(),
                    _ => new FleetEvent.GateFailed(new GateFailure("readings out of p", "10/s", "2/s"), []),
                });
                break;
            default:
                Give(new FleetEvent.Rested());
                break;
        }
    }

    FleetEvent Dies()
    {
        Kill();
        return new FleetEvent.Rested();
    }

    void Start()
    {
        var read = FleetRecordFile.Newer(FleetRecordFile.TryRead(_files[0]), FleetRecordFile.TryRead(_files[1]));
        Assert.True(read is not null || _generation == 0, "no whole record is left");
        _generation = read?.Generation ?? 0;
        _record = read?.Record ?? new FleetRecord();
        var step = FleetMachine.Step(_record, new FleetEvent.Started(), _now);
        Save(step);
        Run();
        Do(step.Actions.Where(a => a != FleetAction.Run));
    }

    void Take(FleetEvent happened)
    {
        var step = FleetMachine.Step(_record!, happened, _now);
        if (ReferenceEquals(step.Record, _record) && step.Actions.Count == 0) return;
        if (happened is FleetEvent.GateFailed && _record!.Trial is { } trial)
            Failures[(trial.Document.Digest, trial.Retry)] = Failures.GetValueOrDefault((trial.Document.Digest, trial.Retry)) + 1;
        if (happened is FleetEvent.Passed && _record!.Phase == FleetPhase.Trial) _good.Add(_record.Trial!.Document.Digest);
        Save(step);
        Do(step.Actions);
    }

    void Save(FleetStep step)
    {
        if (isKilledAt(Point.BeforeSave)) throw new Killed();
        var bytes = new FleetRecordFile(_generation + 1, step.Record).ToBytes();
        var file = _files[(int)((_generation + 1) % 2)];
        if (isKilledAt(Point.TornSave))
        {
            bytes.AsSpan(0, bytes.Length / 2).CopyTo(file);
            throw new Killed();
        }

        bytes.CopyTo(file, 0);
        _generation++;
        _record = step.Record;
        _kept.RemoveWhere(digest => !step.Record.Kept.Contains(digest) && step.Record.Phase == FleetPhase.Steady);
        if (isKilledAt(Point.AfterSave)) throw new Killed();
    }

    void Do(IEnumerable<FleetAction> actions)
    {
        foreach (var action in actions.ToList())
        {
            if (action == FleetAction.Run)
            {
                var cannot = _record is { Phase: FleetPhase.Applying, Trial: { } trial }
                    && Of(trial.Document.Digest) == Behaviour.CannotBeApplied;
                if (!cannot) Run();
                if (isKilledAt(Point.AfterAction)) throw new Killed();
                Take(new FleetEvent.RunDone(!cannot, cannot ? "refused" : "", []));
            }
            else if (isKilledAt(Point.AfterAction))
            {
                throw new Killed();
            }
        }
    }

    void Run()
    {
        Runs = _record!.Current?.Digest;
        Assert.True(Runs is null || _kept.Contains(Runs), $"{Runs} has to run and is not kept");
        if (Runs is null || _good.Contains(Runs)) return;
        var onDisk = FleetRecordFile.Newer(FleetRecordFile.TryRead(_files[0]), FleetRecordFile.TryRead(_files[1]))!.Record;
        Assert.Equal(Runs, onDisk.Trial?.Document.Digest);
        var starts = _starts[Runs] = _starts.GetValueOrDefault(Runs) + 1;
        Assert.True(onDisk.Trial!.Boots <= 1, $"started {onDisk.Trial.Boots} times");
        if (Of(Runs) == Behaviour.Crashes && starts % 2 == 1) throw new Killed();
    }

    static KnownDocument Known(string digest) => new(digest, "line", 1);

    static Behaviour Of(string digest) => (Behaviour)Convert.ToInt32(digest[..1], 16);
}
