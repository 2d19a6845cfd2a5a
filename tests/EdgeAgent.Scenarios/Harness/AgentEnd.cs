namespace EdgeAgent.Scenarios.Harness;

/// <summary>How the agent ends in the middle of a fault, before it is started again.</summary>
enum AgentEnd
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>SIGKILL.</summary>
    Killed,

    /// <summary>SIGTERM.</summary>
    Stopped,
}
