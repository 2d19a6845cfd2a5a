namespace EdgeAgent.Fleet.Rollouts;

/// <summary>What a rollout does next.</summary>
public enum Step
{
    /// <summary>Nothing: more has to be seen, or more time to pass.</summary>
    Wait,

    /// <summary>The next wave.</summary>
    Advance,

    /// <summary>No further gateways; those that run the document keep it. A person decides.</summary>
    Pause,

    /// <summary>Everyone goes back to the stable document.</summary>
    Abort,

    /// <summary>The last wave is through.</summary>
    Finish,
}
