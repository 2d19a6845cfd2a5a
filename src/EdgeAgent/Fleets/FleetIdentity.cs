using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;

namespace EdgeAgent.Fleets;

/// <summary>Who this gateway is in its fleet, and by what root it knows others. Immutable.</summary>
sealed record FleetIdentity
{
    /// <summary>Its id: <c>agent.id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its groups, in order, without <c>all</c>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The topics.</summary>
    public required FleetTopics Topics { get; init; }

    /// <summary>The root by its fingerprint; null when it is a file.</summary>
    public RootPin? Pin { get; init; }

    /// <summary>The root as a file; null when it is pinned by its fingerprint.</summary>
    public string? RootFile { get; init; }

    /// <summary>Version of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>Identity of the store; null while there is none.</summary>
    public string? Store { get; init; }

    /// <summary>How often it reports without a reason, give or take a fifth.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the broker keeps its report.</summary>
    public bool RetainsReport { get; init; } = true;
}
