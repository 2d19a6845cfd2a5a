namespace EdgeAgent.Reloads;

/// <summary>What becomes of a part.</summary>
enum ChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It goes.</summary>
    Removed,

    /// <summary>It changes and goes on.</summary>
    InPlace,

    /// <summary>It is made anew.</summary>
    Anew,
}
