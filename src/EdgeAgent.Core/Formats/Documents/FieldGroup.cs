using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Fields whose paths have the same wildcards: each match of them is a sample.</summary>
sealed class FieldGroup
{
    /// <summary>The steps up to the last wildcard; empty when the document is the sample.</summary>
    public required IReadOnlyList<JsonPath.Step> Prefix { get; init; }

    /// <summary>The steps before each wildcard, from the wildcard before it.</summary>
    public required PathStep[][] Before { get; init; }

    /// <summary>The wildcards.</summary>
    public required PathStep[] Wild { get; init; }

    /// <summary>The fields: place and steps from the match.</summary>
    public List<(int Place, PathStep[] Steps)> Fields { get; } = [];

    /// <summary>Time and labels: place and look-ups, of which the first that finds something counts.</summary>
    public List<(int Place, Lookup[] Tries)> Others { get; } = [];

    /// <summary>Labels whose value is the name or position that a wildcard stands for.</summary>
    public List<(int Place, int Level)> Captures { get; } = [];

    /// <summary>Whether a match without any of the fields is passed over.</summary>
    public bool SkipsEmpty { get; init; }

    /// <summary>Whether nothing is wrong when nothing matches.</summary>
    public bool IsOptional { get; set; } = true;

    /// <summary>What is named when nothing matches.</summary>
    public required string Subject { get; init; }

    /// <summary>What is named when there is no array where <c>samples</c> needs one; null for a group that it does not name.</summary>
    public string? SamplesKey { get; init; }
}
