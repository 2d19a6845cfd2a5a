namespace EdgeAgent.Fleets.Managing;

/// <summary>What happens in a rollout; the names in lower case are those of <c>--json</c>.</summary>
enum RolloutEventKind
{
    /// <summary>A wave is under way.</summary>
    Wave,

    /// <summary>A target was published.</summary>
    Publish,

    /// <summary>The document failed on a gateway.</summary>
    Failed,

    /// <summary>Paused by the plan.</summary>
    Pause,

    /// <summary>Aborted by the plan.</summary>
    Abort,

    /// <summary>The last wave is through.</summary>
    Finish,
}
