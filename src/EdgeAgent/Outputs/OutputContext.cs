namespace EdgeAgent.Outputs;

/// <summary>What an output is given when it is made.</summary>
/// <param name="AgentId">Identity of the agent; its records' <c>ce_source</c>.</param>
/// <param name="Health">Where it tells how it is.</param>
sealed record OutputContext(string AgentId, OutputHealth Health);
