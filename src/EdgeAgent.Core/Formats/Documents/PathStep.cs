using System.Text;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>One step of a path, its name as bytes.</summary>
sealed class PathStep(JsonPath.Step step)
{
    /// <summary>The name, or what the names of a wildcard start with; null for a position.</summary>
    public readonly byte[]? Name = step.Name is { } name ? Encoding.UTF8.GetBytes(name) : null;

    /// <summary>What the names of a wildcard end with; null when it is none.</summary>
    public readonly byte[]? Suffix = step.Suffix is { } suffix ? Encoding.UTF8.GetBytes(suffix) : null;

    /// <summary>The position.</summary>
    public readonly int Index = step.Index;

    /// <summary>Whether a wildcard takes elements of an array alone.</summary>
    public bool IsOfArray { get; init; }

    /// <summary>Where the column of this name stands, and in which document that was found.</summary>
    public (long Document, int Index) Column;

    /// <summary>The steps of a path.</summary>
    public static PathStep[] All(IEnumerable<JsonPath.Step> steps) => [.. steps.Select(step => new PathStep(step))];
}
