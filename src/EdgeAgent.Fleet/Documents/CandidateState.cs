namespace EdgeAgent.Fleet.Documents;

/// <summary>What a rollout does.</summary>
public enum CandidateState
{
    /// <summary>Those admitted take the document up.</summary>
    Run,

    /// <summary>Nobody begins; who runs it goes on.</summary>
    Pause,

    /// <summary>Nobody runs it.</summary>
    Abort,
}
