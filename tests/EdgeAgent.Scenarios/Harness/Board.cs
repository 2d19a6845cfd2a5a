using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A machine made of a copied disk: the agent sees a machine id and a data directory of its own at the places all copies
/// have, by mounts in a namespace of its own.</summary>
sealed class Board(Workspace workspace, string name, string machineId)
{
    /// <summary>Whether boards can be made here: that needs root and mount namespaces.</summary>
    public static bool CanBeMade { get; } = Try();

    /// <summary>The data directory as configurations name it, on every board.</summary>
    public static string DataDir(Workspace workspace) => Directory.CreateDirectory(workspace["var-lib-edge-agent"]).FullName;

    /// <summary>What lies there on this board.</summary>
    public string Disk { get; } = Directory.CreateDirectory(workspace[$"{name}-disk"]).FullName;

    /// <summary>An agent on it, by the configuration that all have.</summary>
    public Agent Agent(string config) => new(config)
    {
        Launcher =
        [
            "unshare", "--mount", "--propagation", "private", "sh", "-c",
            "mount --bind \"$0\" /etc/machine-id && mount --bind \"$1\" \"$2\" && shift 2 && exec \"$@\"",
            workspace.Write($"{name}-machine-id", machineId + "\n"), Disk, DataDir(workspace),
        ],
    };

    /// <summary>Waits until the agent on it is as wanted.</summary>
    public void WaitForStatus(Func<JsonElement, bool> wanted, string what)
    {
        for (var until = Environment.TickCount64 + 60_000; ;)
        {
            var (code, output) = Harness.Agent.Command("status", "--data-dir", Disk, "--json");
            if (code == 0 && wanted(JsonDocument.Parse(output.Split('\n').First(l => l.StartsWith('{'))).RootElement)) return;
            if (Environment.TickCount64 > until) throw new TimeoutException($"{what} not within 60 s: {output}");
        }
    }

    /// <summary>Copies another board's data directory, of an agent that is stopped, onto this one.</summary>
    public void CopyDisk(Board from)
    {
        foreach (var file in Directory.GetFiles(from.Disk)) File.Copy(file, Path.Combine(Disk, Path.GetFileName(file)));
    }

    static bool Try()
    {
        if (!File.Exists("/etc/machine-id")) return false;
        using var child = new Child("unshare",
            ["--mount", "--propagation", "private", "mount", "--bind", "/etc/machine-id", "/etc/machine-id"]);
        return child.WaitForEnd() == 0;
    }
}
