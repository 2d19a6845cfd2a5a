using EdgeAgent.Configuration;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleets.Policies;

/// <summary>What a gateway brings to a document: its own sections, what it lets a document reach, and its values.</summary>
/// <remarks>Immutable.</remarks>
public sealed record GatewayPart
{
    /// <summary>Sections that are always those of the gateway's own file.</summary>
    public static readonly IReadOnlyList<string> Own = ["agent", "fleet", "status", "telemetry"];

    /// <summary>The gateway's own file; null where nothing is known of a gateway, such as where a document is signed.</summary>
    public ConfigResult? Local { get; init; }

    /// <summary>What a document may reach.</summary>
    public required FleetReach Reach { get; init; }

    /// <summary>The data directory: relative paths start there, and files are written there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Values that the fleet signed for this gateway; null for none.</summary>
    public Vars? Sent { get; init; }

    /// <summary>The part of a gateway's own file; null when its <c>agent</c> or <c>fleet</c> has errors.</summary>
    public static GatewayPart? Of(ConfigResult local, Vars? sent = null) =>
        local.Root?.Find("agent")?.Nested?.Settings is Core.Gateways.AgentSettings agent
        && local.Root.Find("fleet")?.Nested?.Settings is FleetSettings fleet
            ? new() { Local = local, Reach = fleet.Reach, DataDirectory = agent.DataDir, Sent = sent } : null;

    /// <summary>Files that no document reaches.</summary>
    internal OwnFiles OwnFiles => Local is null ? new(DataDirectory)
        : OwnFiles.Of(DataDirectory, Local.Path, (Local.Root!.Find("fleet")?.Nested?.Settings as FleetSettings)?.Root);

    /// <summary>A gateway of which nothing is known but that it has the defaults.</summary>
    public static GatewayPart Unknown { get; } = new() { Reach = new(), DataDirectory = "/var/lib/edge-agent" };

    /// <summary>The values of its own file.</summary>
    internal IReadOnlyDictionary<string, string>? LocalVars =>
        Local is null ? null : (Local.Root!.Find("fleet")?.Nested?.Settings as FleetSettings)?.Vars ?? new Dictionary<string, string>();
}
