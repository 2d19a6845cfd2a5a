using EdgeAgent.Core.Readings;

namespace EdgeAgent.Status;

/// <summary>A look at the whole agent: what its rooms tell, in the order it is shown. <see cref="StatusJson"/> writes it.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Agent">Process and series.</param>
/// <param name="Commits">Commits.</param>
/// <param name="Sources">In the order of the configuration.</param>
/// <param name="Pipelines">In the order of the configuration.</param>
/// <param name="Models">Each stage that uses a model.</param>
/// <param name="ModelMemory">The memory all models share; null while there is none.</param>
/// <param name="Outputs">In the order of the configuration.</param>
/// <param name="Strangers">Outputs that are not configured and for which the buffer holds records.</param>
/// <param name="Reload">What reloads of the configuration have done; null before the first.</param>
sealed record GatewayStatus(
    WallTime At,
    AgentStatus Agent,
    CommitStatus Commits,
    IReadOnlyList<SourceStatus> Sources,
    IReadOnlyList<PipelineStatus> Pipelines,
    IReadOnlyList<ModelUse> Models,
    ModelMemory? ModelMemory,
    IReadOnlyList<OutputStatus> Outputs,
    IReadOnlyList<StrangerStatus> Strangers,
    ReloadStatus? Reload = null);
