using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Readings;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Running;
using EdgeAgent.Status;
using EdgeAgent.Storage;

namespace EdgeAgent.Reloads;

/// <summary>Puts a changed configuration in force while the agent runs, or refuses it and leaves everything as it is.</summary>
/// <remarks>See docs/decisions/reload.md. One run at a time, on the reload thread (<see cref="ReloadQueue"/>).</remarks>
sealed class Reloader(ReloadSource source, PartsMaker maker, RunContext context, CancellationToken stop)
{
    static readonly TimeSpan OutputsEndWithin = TimeSpan.FromSeconds(2);

    readonly ToldWindows _told = new();
    ConfigResult _running = source.Running;
    ReloadStatus _status = new();

    /// <summary>What runs; set by the host before the first run.</summary>
    public RunningParts Parts { get; set; } = null!;

    /// <summary>The state log of the commit loop; set by the host before the first run.</summary>
    public StateLog State { get; set; } = null!;

    /// <summary>Called inside the cut with the new settings and parts.</summary>
    public Action<RunningParts> TakeOver { get; set; } = _ => { };

    /// <summary>Called when it runs with other settings of what looks at the agent (metrics, status page).</summary>
    public Action<GatewaySettings> Observe { get; set; } = _ => { };

    /// <summary>Findings of the file as it was read last. Any thread.</summary>
    public IReadOnlyList<string> Findings { get; private set; } = [.. source.Running.Findings.Select(f => f.ToString())];

    /// <summary>Who is told.</summary>
    public ReloadEvents Events { get; } = new();

    /// <summary>What reloads have done; null before the first. Any thread.</summary>
    public ReloadStatus? Status => Volatile.Read(ref _status) is { Applied: 0, Refused: 0 } ? null : _status;

    /// <summary>Does what was asked for.</summary>
    public ReloadReport Run(ReloadRequest request)
    {
        if (request.IsDryRun) return Prepare(request, out _) ?? throw new InvalidOperationException("a plan alone is always answered");
        Events.Began?.Invoke();
        var began = context.Clock.Monotonic;
        var report = new ReloadReport(ReloadOutcome.Refused, "");
        try
        {
            report = request.ModelsOnly ? TakeModels() : Prepare(request, out var work) ?? Apply(work!);
            report = report with { Took = context.Clock.Monotonic - began };
            Note(report);
            Findings = report.Findings;
        }
        finally
        {
            Events.Ended?.Invoke(report);
        }

        return report;
    }

    /// <summary>Everything up to the point where something would change; null when that is to be done.</summary>
    ReloadReport? Prepare(ReloadRequest request, out Work? work)
    {
        work = null;
        var path = request.Path ?? source.Path;
        if (!request.IsDryRun && !IsOwn(path))
            return new(ReloadOutcome.Refused, $"The agent runs by {Path.GetFullPath(source.Path)} and reads that at its next start, too. "
                + $"Put the new configuration there; what {path} would change, --dry-run shows.");
        var read = source.Read(path);
        string[] findings = [.. read.Findings.Select(f => f.ToString())];
        if (read.Settings is null)
            return new(ReloadOutcome.Findings, "The configuration has errors; the old one runs on.") { Findings = findings };
        ReloadPlan plan;
        try
        {
            plan = new ReloadPlan(_running, read, context.Models.Changed(read.Settings.Models));
        }
        catch (ModelException error)
        {
            return new(ReloadOutcome.Refused, $"{error.Message} The old configuration runs on.") { Findings = findings };
        }

        string[] lines = [.. plan.Lines()];
        if (plan.Restarts.Count > 0)
            return new(ReloadOutcome.Findings, "The change needs a restart; the old configuration runs on.")
            {
                Findings = [.. findings, .. plan.Restarts.Select(f => f.ToString())], Plan = lines,
            };
        if (request.IsDryRun) return new(ReloadOutcome.Planned, "Nothing was changed.") { Findings = findings, Plan = lines };
        if (plan.IsEmpty) return new(ReloadOutcome.Unchanged, "The configuration runs already.") { Findings = findings, Plan = lines };
        work = new Work(read, plan, findings, lines);
        return null;
    }

    ReloadReport Apply(Work work)
    {
        var (plan, before) = (work.Plan, Parts);
        foreach (var line in work.Lines) context.Log.Log.Information("Reload: {Change:l}", line);
        RunningParts? made = null;
        try
        {
            context.Models.LoadBeside(work.Read.Settings!.Models, plan.Models, name => plan.Stays(PartKind.Pipeline, name),
                () => made = maker.Make(work.Read.Settings, before, plan.Stays));
        }
        catch (ModelException error)
        {
            Discard(before, made);
            return work.Report(ReloadOutcome.Refused, $"{error.Message} The old configuration runs on.");
        }

        var next = made!;
        var leaving = before.Sources.Except(next.Sources).ToList();
        if (stop.IsCancellationRequested || !TryPart(leaving))
        {
            Discard(before, next);
            return work.Report(ReloadOutcome.Stopping, "The agent is stopping; it takes the new configuration at its next start.");
        }

        var ending = before.Outputs.Where(o => !plan.Stays(PartKind.Output, o.Settings.Name)).ToList();
        if (ending.Exists(o => o.Immediate is not null))
            foreach (var slot in before.Pipelines) slot.Immediate = [];
        foreach (var output in ending)
        {
            output.Pump.End(OutputsEndWithin);
            next.Output(output.Settings.Name)?.Pump.Continue(output.Pump);
        }

        var change = new ChangeOver(before, next, plan, context, State, _told);
        var closed = context.Commits.ChangeAtCut(_ =>
        {
            var changed = change.Run();
            if (plan.Touches("buffer")) context.Store.Bound(next.Settings.Buffer);
            TakeOver(next);
            return changed;
        });
        if (closed is null)
        {
            Discard(before, next);
            return work.Report(ReloadOutcome.Stopping,
                "Nothing can be committed any more, so nothing is changed; the agent is about to end.");
        }

        (Parts, _running) = (next, work.Read);
        context.Models.TakeBeside(name => plan.Stays(PartKind.Pipeline, name));
        foreach (var output in next.Outputs)
            if (!plan.Stays(PartKind.Output, output.Settings.Name)) output.Pump.Start();
        foreach (var begun in next.Sources.Except(before.Sources)) begun.Start(stop);
        foreach (var output in ending) output.Pump.Dispose();
        if (plan.Touches("telemetry") || plan.Touches("status")) Observe(next.Settings);
        return work.Report(ReloadOutcome.Applied, "The new configuration runs.") with { Closed = closed.Value };
    }

    /// <summary>Lets sources go: what they took is committed and acknowledged, then they disconnect. False when the agent stops
    /// first.</summary>
    bool TryPart(List<ISource> leaving)
    {
        if (leaving.Count == 0) return true;
        foreach (var going in leaving) going.StopReading();
        if (!context.Commits.RequestAndWait(stop)) return false;
        foreach (var going in leaving) going.Close();
        return true;
    }

    void Discard(RunningParts before, RunningParts? made)
    {
        context.Models.ForgetBeside();
        foreach (var output in made?.Outputs ?? [])
            if (before.Output(output.Settings.Name)?.Pump != output.Pump) output.Pump.Dispose();
    }

    ReloadReport TakeModels()
    {
        var read = source.Read(source.Path);
        if (read.Settings is not { } settings)
        {
            context.Log.Log.Warning("The configuration cannot be used now: models stay as they are");
            return new(ReloadOutcome.Findings, "The configuration has errors; models stay as they are.")
            {
                Findings = [.. read.Findings.Select(f => f.ToString())],
            };
        }

        var results = context.Models.Reload(settings.Models);
        foreach (var result in results)
        {
            if (result.Result == ReloadResult.Refused) context.Log.Log.Warning("{Message:l} The old one stays", result.Message);
            else if (result.Result == ReloadResult.Swapped)
                context.Log.Log.Information("model {Model}: loaded and checked; stages take it over between two batches", result.Name);
        }

        return new(results.Any(r => r.Result == ReloadResult.Refused) ? ReloadOutcome.Refused : ReloadOutcome.Applied, "")
        {
            Models = results,
        };
    }

    bool IsOwn(string path) => Path.GetFullPath(path) == Path.GetFullPath(source.Path) || Real(path) == Real(source.Path);

    static string Real(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return Path.GetFullPath(path);
        }
    }

    void Note(ReloadReport report)
    {
        if (report.Models.Count > 0) return;
        foreach (var finding in report.Findings) context.Log.Log.Warning("{Finding:l}", finding);
        if (report.Outcome == ReloadOutcome.Applied)
            context.Log.Log.Information("Reload: {Sentence:l} Sources waited {ClosedMs} ms, all took {TookMs} ms", report.Sentence,
                Math.Round(report.Closed.TotalMilliseconds, 3), (long)report.Took.TotalMilliseconds);
        else if (report.IsGood) context.Log.Log.Information("Reload: {Sentence:l}", report.Sentence);
        else context.Log.Log.Warning("Reload refused: {Sentence:l}", report.Sentence);
        var (was, closedMs) = (_status, report.Closed.TotalMilliseconds);
        Volatile.Write(ref _status, new ReloadStatus
        {
            Applied = was.Applied + (report.IsGood ? 1 : 0),
            Refused = was.Refused + (report.IsGood ? 0 : 1),
            At = context.Clock.Now.Wall,
            Message = report.Sentence,
            TookMs = report.Took.TotalMilliseconds,
            ClosedMs = report.Outcome == ReloadOutcome.Applied ? closedMs : was.ClosedMs,
            LongestClosedMs = Math.Max(was.LongestClosedMs, closedMs),
        });
    }

    sealed record Work(ConfigResult Read, ReloadPlan Plan, string[] Findings, string[] Lines)
    {
        public ReloadReport Report(ReloadOutcome outcome, string sentence) => new(outcome, sentence) { Findings = Findings, Plan = Lines };
    }
}
