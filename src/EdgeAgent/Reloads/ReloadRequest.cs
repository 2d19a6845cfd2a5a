namespace EdgeAgent.Reloads;

/// <summary>What somebody wants of a running agent.</summary>
/// <param name="Path">Another file than the agent's own, whose plan is wanted; null for the agent's own.</param>
/// <param name="IsDryRun">Whether only the plan is wanted.</param>
/// <param name="ModelsOnly">Whether only models are taken over, each for itself.</param>
sealed record ReloadRequest(string? Path = null, bool IsDryRun = false, bool ModelsOnly = false)
{
    /// <summary>Whether one answer serves this request and any other of its kind.</summary>
    public bool IsPlain => this == new ReloadRequest();
}
