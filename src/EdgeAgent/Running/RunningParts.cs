using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;

namespace EdgeAgent.Running;

/// <summary>What runs by one configuration: its sources, pipelines and outputs, in its order. Immutable; parts are shared with
/// the next.</summary>
sealed record RunningParts(GatewaySettings Settings, ISource[] Sources, PipelineSlot[] Pipelines, OutputPart[] Outputs)
{
    /// <summary>What stages and sources remember, by the key it is stored under.</summary>
    public IEnumerable<(string Stage, IStageState State)> States =>
        Pipelines.SelectMany(p => p.Pipeline.States).Concat(Sources.SelectMany(s => s.States)).Select(s => (s.StageKey, s.State));

    /// <summary>The source of this name, or null.</summary>
    public ISource? Source(string name) => Array.Find(Sources, source => source.Name == name);

    /// <summary>The pipeline of this name, or null.</summary>
    public PipelineSlot? Pipeline(string name) => Array.Find(Pipelines, slot => slot.Pipeline.Settings.Name == name);

    /// <summary>The output of this name, or null.</summary>
    public OutputPart? Output(string name) => Array.Find(Outputs, output => output.Settings.Name == name);

    /// <summary>Joins the parts: sources feed their pipelines, alerts go to outputs that take them at once. Nothing runs yet,
    /// or all gates are closed.</summary>
    public void Join()
    {
        foreach (var source in Sources) source.Feed.Feed(FedBy(source.Name));
        foreach (var slot in Pipelines)
            slot.Immediate = [.. from lane in slot.Pipeline.Lanes where lane.Priority > 0
                                 let early = Output(lane.Output)?.Immediate where early is not null
                                 select new ImmediateLane(lane.Records, early)];
    }

    PipelineSlot[] FedBy(string source) => [.. Pipelines.Where((_, i) => Settings.Pipelines[i].From.Contains(source))];
}
