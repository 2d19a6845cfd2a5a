namespace EdgeAgent.Core.Settings;

/// <summary>The <c>fleet</c> section: whom this gateway believes, where it hears from them, and what they may reach.</summary>
public sealed record FleetSettings
{
    /// <summary>The broker of the fleet; null when documents are only handed in on the gateway.</summary>
    public BrokerSettings? Broker { get; init; }

    /// <summary>The pinned root: <c>sha256:…</c>, or an absolute path of a file.</summary>
    public required string Root { get; init; }

    /// <summary>Groups, the first that has a target counting; <c>all</c> is not among them.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What all topics start with, without a slash at its end.</summary>
    public string Prefix { get; init; } = "fleet/1";

    /// <summary>What a document may reach.</summary>
    public FleetReach Reach { get; init; } = new();

    /// <summary>Longest time between two reports, give or take a fifth.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the broker keeps the last report.</summary>
    public bool RetainReport { get; init; } = true;

    /// <summary>Values for <c>${var:name}</c> where the fleet sent none, as they were written.</summary>
    public IReadOnlyDictionary<string, string> Vars { get; init; } = new Dictionary<string, string>();
}
