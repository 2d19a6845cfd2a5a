using System.Text;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Settings;

/// <summary>What a document from afar may reach on a gateway.</summary>
public sealed record FleetReach
{
    /// <summary>The word that allows writes to devices.</summary>
    public const string Commands = "commands";

    /// <summary>The folder of secrets where none is named.</summary>
    public const string DefaultSecrets = "/etc/edge-agent/secrets";

    /// <summary>Sections it may bring where nothing is said.</summary>
    public static readonly IReadOnlyList<string> DefaultAllow = ["sources", "pipelines", "outputs", "models", "buffer", "commit"];

    /// <summary>Sections it may bring, and <see cref="Commands"/>.</summary>
    public IReadOnlyList<string> Allow { get; init; } = DefaultAllow;

    /// <summary>Folders whose files it may name as secrets; absolute.</summary>
    public IReadOnlyList<string> SecretFolders { get; init; } = [DefaultSecrets];

    /// <summary>Variables of the environment that it may name as secrets.</summary>
    public IReadOnlyList<string> SecretVariables { get; init; } = [];

    /// <summary>Patterns of the hosts it may name; empty for all.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Whether it may name a host.</summary>
    public bool AllowsHost(string host) =>
        Hosts.Count == 0
        || Ascii.IsValid(host) && Hosts.Any(pattern => GlobPattern.IsMatch(pattern.ToLowerInvariant(), host.ToLowerInvariant()));
}
