using EdgeAgent.Core.Pipelines;

namespace EdgeAgent.Page;

/// <summary>What the page says of the configuration that runs; asked anew for each viewer. Any thread.</summary>
/// <param name="Pipelines">The pipelines.</param>
/// <param name="Findings">Findings of the file as it was read last.</param>
sealed record PageFacts(Func<IReadOnlyList<PipelineSettings>> Pipelines, Func<IReadOnlyList<string>> Findings);
