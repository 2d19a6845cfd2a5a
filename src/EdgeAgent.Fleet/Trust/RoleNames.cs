namespace EdgeAgent.Fleet.Trust;

/// <summary>What keys may do.</summary>
public static class RoleNames
{
    /// <summary>Says which keys have which role; offline, several of several.</summary>
    public const string Root = "root";

    /// <summary>Approves documents and values of gateways.</summary>
    public const string Config = "config";

    /// <summary>Chooses among approved documents, admits, pauses, aborts; online.</summary>
    public const string Rollout = "rollout";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Root, Config, Rollout];
}
