using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Fleets.Link;
using EdgeAgent.Status;
using RunningDocument = EdgeAgent.Fleet.Documents.Running;

namespace EdgeAgent.Fleets;

/// <summary>Reports how this gateway is, signed with its key: on a change, and by a heartbeat. The fleet's thread.</summary>
sealed class FleetReporter(FleetIdentity identity, FleetFolder folder, FleetInbox inbox, IClock clock, IFleetLink? link)
{
    // A gateway in trouble may change many times a second; a broker should not feel it.
    static readonly TimeSpan s_apart = TimeSpan.FromSeconds(1);
    const long ReportsAStart = 1_000_000;

    MonotonicTime _next;
    MonotonicTime? _last;
    GateSample? _sample, _before;
    long _number;
    volatile string? _confirmedTrial;

    /// <summary>Whether there is something to report.</summary>
    public bool IsDue { get; set; } = true;

    /// <summary>The digest of the trial whose report was confirmed; null for none.</summary>
    public string? ConfirmedTrial => _confirmedTrial;

    /// <summary>Reports handed to the link.</summary>
    public long Sent => _number;

    /// <summary>Whether the effective configuration differs from the document's by local edits.</summary>
    public Func<bool> HasDrift { get; set; } = () => false;

    /// <summary>The newest sample.</summary>
    public GateSample? Sample
    {
        set => (_before, _sample) = (_sample, value);
    }

    /// <summary>Reports, when there is something to report or the heartbeat is due.</summary>
    public void Send(Func<GatewayStatus> status)
    {
        if (link is not { IsConnected: true }) return;
        var now = clock.Monotonic;
        if ((_last is { } last && now - last < s_apart) || (!IsDue && now < _next)) return;
        (IsDue, _last) = (false, now);
        _next = now + (identity.Heartbeat * (0.8 + (0.4 * Random.Shared.NextDouble())));
        var report = Make(status());
        var trial = report.State == GatewayState.Trial ? report.Running?.Document.Digest : null;
        var bytes = Envelope.Sign(PayloadTypes.Report, report.ToPayload(), folder.Key).ToBytes();
        link.Publish(identity.Topics.Report(identity.Id), bytes, identity.RetainsReport, () => _confirmedTrial = trial ?? _confirmedTrial);
    }

    /// <summary>The report of this moment.</summary>
    public Report Make(GatewayStatus status)
    {
        var record = folder.Record;
        var now = inbox.Clock;
        var followed = inbox.Followed;
        var wanted = inbox.Wanted(record.Trial?.Document.Digest ?? record.Running?.Digest);
        return new Report
        {
            Id = identity.Id,
            Store = status.Agent.StoreId,
            Number = (record.Starts * ReportsAStart) + _number++,
            Time = now.Now,
            ClockIsSynchronised = now.IsSynchronised,
            Agent = identity.Agent,
            Arch = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Root = inbox.Root?.Version ?? 0,
            Sequences = record.Memory.Sequences.ToDictionary(s => s.Key, s => s.Value.Number),
            VarsVersion = record.Memory.Vars?.Number ?? 0,
            State = StateOf(record.Phase),
            Running = RunningOf(record),
            Wanted = wanted is null ? null : new DocumentRef(wanted.Digest, VersionOf(followed, wanted.Digest)),
            WantedBy = followed?.Scope,
            Rollout = wanted?.Rollout is { Length: > 0 } rollout ? rollout : null,
            LastFailed = record.Failed.Count > 0 ? FailedOf(record.Failed[0]) : null,
            Refused = inbox.Refused,
            Health = HealthOf(status),
            Boots = record.Trial?.Boots ?? 0,
            IsHeld = record.Hold is not null,
            HasDrift = HasDrift(),
            IsFallback = record.Fallback is not null,
        };
    }

    static long VersionOf(Target? target, string digest) =>
        target?.Candidate?.Document is { } candidate && candidate.Digest == digest ? candidate.Version : target?.Stable?.Version ?? 0;

    static GatewayState StateOf(FleetPhase phase) => phase switch
    {
        FleetPhase.Fetching => GatewayState.Fetching,
        FleetPhase.Checking => GatewayState.Checking,
        FleetPhase.Waiting => GatewayState.Waiting,
        FleetPhase.Applying => GatewayState.Applying,
        FleetPhase.Trial => GatewayState.Trial,
        FleetPhase.Reverting => GatewayState.Reverting,
        _ => GatewayState.Steady,
    };

    static RunningDocument? RunningOf(FleetRecord record) => record.Current is not { } current ? null
        : record.Trial is { } trial && trial.Document == current
            ? new RunningDocument(new(current.Digest, current.Version), trial.Since, IsGood: false) { Vars = current.Vars }
            : new RunningDocument(new(current.Digest, current.Version), record.RunningSince, IsGood: true) { Vars = current.Vars };

    static LastFailed FailedOf(FailedDocument failed)
    {
        var word = failed.Reason.Split(':')[0];
        return new LastFailed
        {
            Document = new(failed.Digest, failed.Document?.Version ?? 0),
            Vars = failed.Document?.Vars ?? 0,
            Rollout = failed.Rollout.Length > 0 ? failed.Rollout : null,
            Retry = (int)failed.Retry,
            At = failed.At,
            Kind = failed.IsUnreported ? FailureKind.Unreported
                : failed.How == FleetPhase.Reverting ? FailureKind.Reverted : FailureKind.Rejected,
            Gate = failed.Gate?.Gate ?? (Refusal.TryReason(word, out _) ? word : Refusal.WordOf(RefusalReason.Findings)),
            Before = failed.Gate?.Before,
            After = failed.Gate?.After ?? (failed.Reason.Length > 0 ? failed.Reason : null),
            Findings = failed.Findings,
            Log = failed.Log,
        };
    }

    Health HealthOf(GatewayStatus status)
    {
        var (sample, before) = (_sample, _before);
        var seconds = sample is null || before is null ? 0 : (sample.At - before.At).TotalSeconds;
        return new Health
        {
            Sources = status.Sources.Count,
            SourcesConnected = status.Sources.Count(s => s.State.IsConnected),
            Outputs = status.Outputs.Count,
            OutputsGood = status.Outputs.Count(o => o.Connected == true),
            ReadingsIn = seconds <= 0 ? 0 : Math.Max(0, Sum(sample!, f => f.In) - Sum(before!, f => f.In)) / seconds,
            RecordsOut = seconds <= 0 ? 0 : Math.Max(0, Sum(sample!, f => f.Out) - Sum(before!, f => f.Out)) / seconds,
            Bad = sample is null || before is null ? 0 : SampleHistory.BadPart(before, sample) ?? 0,
            ResidentBytes = status.Agent.ResidentBytes,
            Alerts = status.Models.Sum(use => use.OpenAlerts),
        };
    }

    static double Sum(GateSample sample, Func<GateFlow, double> of) => sample.Pipelines.Values.Sum(of);
}
