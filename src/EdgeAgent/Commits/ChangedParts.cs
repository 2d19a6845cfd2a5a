using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;

namespace EdgeAgent.Commits;

/// <summary>What a commit loop goes on with after a change at a cut.</summary>
/// <param name="Sources">Its sources from here on; a new one is not started yet.</param>
/// <param name="Pipelines">Its pipelines from here on.</param>
/// <param name="Gone">Pipelines it had before and has no more; their records are part of this cut.</param>
/// <param name="Commit">When commits happen from here on; null for as before.</param>
sealed record ChangedParts(
    IReadOnlyList<ISource> Sources, PipelineSlot[] Pipelines, IReadOnlyList<PipelineSlot> Gone, CommitSettings? Commit);
