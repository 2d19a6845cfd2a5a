namespace EdgeAgent.Probes;

/// <summary>One thing <c>check --connect</c> found out about the world.</summary>
/// <param name="IsGood">Whether it is as the configuration needs it.</param>
/// <param name="Text">What was found; when it is not good, with what to do.</param>
public sealed record ProbeLine(bool IsGood, string Text)
{
    /// <summary>Whether all works now, and data will be lost when something else happens.</summary>
    public bool IsWarning { get; private init; }

    /// <summary>How long the other side may take to answer.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>Something that is as it should be.</summary>
    public static ProbeLine Good(string text) => new(true, text);

    /// <summary>Something that works now and will lose data one day; with what to do.</summary>
    public static ProbeLine Warning(string text) => new(true, text) { IsWarning = true };

    /// <summary>Something that is not.</summary>
    public static ProbeLine Failed(string text) => new(false, text);
}
