using System.Runtime.InteropServices;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Where things are in the checkout.</summary>
static class Repository
{
    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The native binary under test, as scripts/publish leaves it; <c>EDGE_AGENT_BINARY</c> names another.</summary>
    public static string Agent { get; } = Environment.GetEnvironmentVariable("EDGE_AGENT_BINARY")
        ?? Path.Combine(Root, "artifacts", "publish", Rid, "edge-agent");

    /// <summary>The Kafka-protocol peer.</summary>
    public static string KafkaPeer => Path.Combine(System.Text.RegularExpressions.Regex.Replace(AppContext.BaseDirectory,
        "EdgeAgent\\.(Scenarios|Soak)", "EdgeAgent.KafkaPeer"), "kafka-peer");

    /// <summary>What scripts/setup downloads and builds; <c>EDGE_AGENT_CACHE</c> names another folder.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("EDGE_AGENT_CACHE") ?? Path.Combine(Root, ".cache");

    /// <summary>The program behind the figures of docs/decisions.</summary>
    public static string Packages => Path.Combine(
        AppContext.BaseDirectory.Replace("EdgeAgent.Scenarios", "EdgeAgent.Packages", StringComparison.Ordinal), "edge-packages");

    /// <summary>A file of the real recordings beside the checkout, or null where there are none.</summary>
    public static string? Recording(string name)
    {
        var path = Path.Combine(Root, "..", "shared", "data", "nab", name);
        return File.Exists(path) ? path : null;
    }

    static string Rid => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EdgeAgent.sln"))) return folder.FullName;
        throw new InvalidOperationException("the tests run inside a checkout");
    }
}
