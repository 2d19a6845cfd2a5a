using EdgeAgent.Clocks;

namespace EdgeAgent.Probes;

/// <summary>What a probe is given beside the settings of what it tries.</summary>
/// <param name="AgentId">Identity of the agent.</param>
/// <param name="Clock">The clock.</param>
sealed record ProbeContext(string AgentId, IClock Clock);
