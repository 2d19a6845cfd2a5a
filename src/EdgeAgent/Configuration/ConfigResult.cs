using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Settings">The settings; null when a finding is an error.</param>
/// <param name="Findings">All findings in the order of the file, warnings included.</param>
public sealed record ConfigResult(GatewaySettings? Settings, IReadOnlyList<Finding> Findings)
{
    /// <summary>The file as findings name it.</summary>
    public string Path { get; init; } = "";

    /// <summary>The bound values with their places; null when the text could not be bound at all.</summary>
    internal SpecValues? Root { get; init; }

    /// <summary>The data directory it names, whatever else is wrong with it; null when that cannot be told.</summary>
    internal string? DataDirectory => Root?.Find("agent")?.Nested?.Find("data_dir")?.Value as string;

    /// <summary>Keys written under a former name.</summary>
    internal IReadOnlyList<KeyRename> Renames { get; init; } = [];

    /// <summary>Whether the configuration is taken.</summary>
    public bool IsGood => Settings is not null;
}
