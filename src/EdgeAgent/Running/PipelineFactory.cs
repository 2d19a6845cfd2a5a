using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;

namespace EdgeAgent.Running;

/// <summary>Builds pipelines from settings, for the agent and for <c>replay</c> alike.</summary>
static class PipelineFactory
{
    /// <summary>The pipeline of <paramref name="settings"/> inside <paramref name="gateway"/>.</summary>
    /// <remarks><paramref name="stages"/> is the host's copy of the registry, with stages over its models; a source has the index
    /// <paramref name="indexOf"/> says, or that of its place in the file.</remarks>
    public static Pipeline Create(PipelineSettings settings, GatewaySettings gateway, SeriesTable series, StageRegistry stages,
        IPipelineTap? tap = null, Func<string, int>? indexOf = null)
    {
        var outputs = settings.To.Select(name => gateway.Outputs.First(o => o.Name == name)).ToList();
        var sources = 0UL;
        for (var i = 0; i < gateway.Sources.Count; i++)
            if (settings.From.Contains(gateway.Sources[i].Name)) sources |= 1UL << (indexOf?.Invoke(gateway.Sources[i].Name) ?? i);
        return new Pipeline(settings, new PipelineContext
        {
            Series = series,
            Outputs = outputs,
            Stages = stages,
            Sources = sources,
            SeriesTtl = gateway.Agent.SeriesTtl,
        })
        {
            Tap = tap,
        };
    }
}
