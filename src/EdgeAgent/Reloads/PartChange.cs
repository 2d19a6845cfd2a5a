using EdgeAgent.Running;

namespace EdgeAgent.Reloads;

/// <summary>One difference between two configurations and what a reload does about it.</summary>
/// <param name="Part">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Keys">Keys that changed, or where else the change comes from.</param>
/// <param name="Effect">What that means, in words; empty when there is nothing to say.</param>
sealed record PartChange(PartKind Part, string Name, ChangeKind Kind, IReadOnlyList<string> Keys, string Effect)
{
    /// <summary><c>~ pipeline p (stages): made anew; …</c>.</summary>
    public override string ToString()
    {
        var mark = Kind switch { ChangeKind.Added => '+', ChangeKind.Removed => '-', _ => '~' };
        var what = Part == PartKind.Section ? Name : $"{Part.ToString().ToLowerInvariant()} {Name}";
        return $"{mark} {what}{(Keys.Count > 0 ? $" ({string.Join(", ", Keys)})" : "")}{(Effect.Length > 0 ? $": {Effect}" : "")}";
    }
}
