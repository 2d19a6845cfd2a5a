namespace EdgeAgent.Core.Specs;

/// <summary>Components of one kind that one key chooses from.</summary>
/// <param name="Name">Singular, for messages: <c>source</c>.</param>
/// <param name="Selector">The key that tells the member (<c>type</c>), or null when the member's name is itself the only key.</param>
/// <param name="Fallback">The member when the selector is left out, or null when it is required.</param>
/// <param name="Members">The members, in the order of the docs.</param>
public sealed record ComponentGroup(string Name, string? Selector, string? Fallback, IReadOnlyList<ComponentSpec> Members)
{
    /// <summary>The member of this name, or null.</summary>
    public ComponentSpec? Find(string name)
    {
        foreach (var member in Members)
            if (member.Name == name) return member;
        return null;
    }
}
