namespace EdgeAgent.Supervision;

/// <summary>How long each step may take without a wait point, and what it is called.</summary>
static class Steps
{
    static readonly TimeSpan s_gate = TimeSpan.FromSeconds(10), s_world = TimeSpan.FromSeconds(60);

    /// <summary>The longest <paramref name="step"/> may take: a gate is held for 10 s at most, a commit and a call into what the agent
    /// does not control take 60 s at most, and all else <paramref name="patience"/>.</summary>
    public static TimeSpan Allowance(Step step, TimeSpan patience) => step switch
    {
        Step.InGate or Step.Cutting => s_gate,
        Step.Connecting or Step.Asking or Step.Committing or Step.Sending => patience > s_world ? patience : s_world,
        _ => patience,
    };

    /// <summary>What a thread at <paramref name="step"/> does, to stand behind its name.</summary>
    public static string Words(Step step) => step switch
    {
        Step.Blocked => "waits at its blocked gate",
        Step.Reading => "reads",
        Step.Connecting => "connects",
        Step.Asking => "waits for an answer",
        Step.InGate => "decodes and runs pipelines with its gate held",
        Step.Closing => "waits for sources to leave their gates",
        Step.Cutting => "cuts, with all gates held",
        Step.Committing => "commits",
        Step.Sending => "sends",
        _ => "waits",
    };
}
