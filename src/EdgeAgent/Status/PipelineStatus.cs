using EdgeAgent.Core.Stages;

namespace EdgeAgent.Status;

/// <summary>A look at one pipeline.</summary>
/// <param name="Name">The key under <c>pipelines</c>.</param>
/// <param name="Counters">What it has done; goes on counting.</param>
sealed record PipelineStatus(string Name, PipelineCounters Counters);
