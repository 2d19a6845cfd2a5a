namespace EdgeAgent.Storage;

/// <summary>What a commit did besides storing: records that the overflow policy dropped, by lane.</summary>
/// <param name="Dropped">Records dropped in each lane by this commit.</param>
public sealed record CommitResult(IReadOnlyList<(Lane Lane, long Count)> Dropped)
{
    /// <summary>The usual result: nothing was dropped.</summary>
    public static CommitResult NothingDropped { get; } = new([]);
}
