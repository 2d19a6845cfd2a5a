using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Sources;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Running;

/// <summary>Makes what runs by a configuration: all of it at a start, what is new of it beside the rest at a reload.</summary>
/// <remarks>A source keeps its index as long as there is a source of its name: pipelines that stay know it by that.</remarks>
sealed class PartsMaker(RunContext context)
{
    static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan RetryLongest = TimeSpan.FromSeconds(30);

    readonly StageRegistry _stages = new(Components.Stages, context.Models);
    readonly OutputNotices _notices = new(context.Log, context.Clock, context.Watch);
    readonly Confirmations _confirmations = new(context.Commits);

    /// <summary>Makes the parts of <paramref name="settings"/>; those of <paramref name="running"/> that <paramref name="stays"/> names
    /// are taken as they are. Nothing is joined or started.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="running">What runs now; null at a start.</param>
    /// <param name="stays">Whether the part of a kind and name goes on; null for none.</param>
    public RunningParts Make(GatewaySettings settings, RunningParts? running = null, Func<PartKind, string, bool>? stays = null)
    {
        var indexes = IndexesOf(settings, running);
        var kept = stays is null ? null : running;
        bool Stays(PartKind kind, string name) => kept is not null && stays!(kind, name);
        var pipelines = settings.Pipelines
            .Select(p => Stays(PartKind.Pipeline, p.Name) ? kept!.Pipeline(p.Name)! : NewPipeline(p, settings, indexes)).ToArray();
        var sources = settings.Sources
            .Select(s => Stays(PartKind.Source, s.Name) ? kept!.Source(s.Name)! : NewSource(s, settings, indexes[s.Name])).ToArray();
        var outputs = settings.Outputs
            .Select(o => Stays(PartKind.Output, o.Name) ? kept!.Output(o.Name)! with { Settings = o } : NewOutput(o, settings)).ToArray();
        return new RunningParts(settings, sources, pipelines, outputs);
    }

    static Dictionary<string, int> IndexesOf(GatewaySettings settings, RunningParts? running)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var source in settings.Sources)
            if (running?.Source(source.Name) is { } before) indexes[source.Name] = before.Feed.Index;
        var free = Enumerable.Range(0, GatewaySpec.MaxSources).Except(indexes.Values.ToList()).GetEnumerator();
        foreach (var source in settings.Sources)
            if (!indexes.ContainsKey(source.Name) && free.MoveNext()) indexes[source.Name] = free.Current;
        return indexes;
    }

    PipelineSlot NewPipeline(PipelineSettings settings, GatewaySettings gateway, Dictionary<string, int> indexes) =>
        new(PipelineFactory.Create(settings, gateway, context.Series, _stages, context.Tap.For(settings.Name), name => indexes[name]))
        {
            Commits = context.Commits,
        };

    ISource NewSource(SourceSettings settings, GatewaySettings gateway, int index)
    {
        context.Tap.Show(index, settings.Name);
        var feed = new SourceFeed(index, [], context.Clock, context.Commits, context.Tap, context.Watch.Over($"source {settings.Name}"));
        return Components.KindOf(settings).Make(settings, new SourceContext
        {
            AgentId = gateway.Agent.Id,
            Commit = gateway.Commit,
            Feed = feed,
            Series = context.Series,
            Clock = context.Clock,
            Log = context.Log,
            Watch = context.Watch,
        });
    }

    OutputPart NewOutput(OutputSettings settings, GatewaySettings gateway)
    {
        var health = _notices.HealthOf(settings.Name);
        var made = Components.KindOf(settings).Make(settings, new OutputContext(gateway.Agent.Id, health));
        Lane[] lanes = [.. RecordPriority.All.Select(priority => new Lane(settings.Name, priority))];
        var pace = new PumpPace(new Backoff(RetryFirst, RetryLongest, Random.Shared))
        {
            MaxWindowBytes = made.WindowBytes,
            MaxAge = settings.MaxAge,
            ReplayRate = settings.ReplayRate,
        };
        var pump = new OutputPump(made.Output, lanes, context.Store, _confirmations, health, pace) { Alerts = context.Commits.Alerts };
        return new OutputPart(settings, pump, made.Immediate);
    }

    sealed class Confirmations(CommitLoop commits) : IConfirmations
    {
        public void Confirmed(Lane lane, long firstNumber, long throughNumber) => commits.Confirm(lane, firstNumber, throughNumber);

        public void Moved(Lane lane, long firstNumber, long throughNumber, IReadOnlyList<MovedRecords> records) =>
            commits.Move(lane, firstNumber, throughNumber, records);

        public void Rejected(RejectedRecord record) => commits.Reject(record);
    }
}
