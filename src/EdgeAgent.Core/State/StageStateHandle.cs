namespace EdgeAgent.Core.State;

/// <summary>The memory of one stage and the name it is stored under.</summary>
/// <param name="StageKey"><c>pipeline/stage-name#fingerprint</c>; see <see cref="Fingerprint"/>.</param>
/// <param name="State">The memory.</param>
public sealed record StageStateHandle(string StageKey, IStageState State);
