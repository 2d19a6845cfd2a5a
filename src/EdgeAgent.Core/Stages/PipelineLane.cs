using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages;

/// <summary>The records a pipeline has for one output and priority; the host takes and clears them at a cut.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Priority">0 is ordinary; higher is sent first, dropped last, and brings a commit forward.</param>
/// <param name="Records">The records.</param>
public sealed record PipelineLane(string Output, int Priority, LaneBuffer Records);
