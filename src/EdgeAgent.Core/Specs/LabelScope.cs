namespace EdgeAgent.Core.Specs;

/// <summary>The labels that readings or records can have at some place of a pipeline.</summary>
/// <param name="Names">Names that can be there.</param>
/// <param name="IsOpen">Whether any other name can be there too, so that none is unknown.</param>
/// <param name="NarrowedBy">The key that left labels out, such as <c>window.by</c>; null when none did.</param>
public sealed record LabelScope(IReadOnlySet<string> Names, bool IsOpen = false, string? NarrowedBy = null)
{
    /// <summary>No labels.</summary>
    public static readonly LabelScope None = new(new HashSet<string>());

    /// <summary>Whether a label of this name can be there.</summary>
    public bool Has(string name) => IsOpen || Names.Contains(name);

    /// <summary>What either of two scopes has.</summary>
    public LabelScope Or(LabelScope other) =>
        new(new HashSet<string>(Names.Concat(other.Names)), IsOpen || other.IsOpen, NarrowedBy ?? other.NarrowedBy);
}
