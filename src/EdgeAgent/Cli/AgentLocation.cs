using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Fleets;

namespace EdgeAgent.Cli;

/// <summary>How commands find an agent: by its configuration, by its data directory, or at the usual place.</summary>
sealed class AgentLocation
{
    const string Usual = "/var/lib/edge-agent", UsualConfig = "/etc/edge-agent/config.yaml";
    readonly ValueArgument<string> _config = Take.Config("Configuration of the agent, or its data directory.", ArgumentArity.ZeroOrOne);
    readonly ValueOption<string?> _dataDir = Take.Text("--data-dir",
        $"Data directory of the agent. [default: that of the configuration, or {Usual}]", $"a directory, such as --data-dir {Usual}");

    /// <summary>Adds the argument and the option.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_config);
        command.Options.Add(_dataDir);
    }

    /// <summary>The configuration named, or the one at the usual place; null where there is none.</summary>
    public string? Configuration(ParseResult parsed) =>
        parsed.GetValue(_config) is { } file ? (System.IO.Directory.Exists(file) ? null : file)
            : File.Exists(UsualConfig) ? UsualConfig : null;

    /// <summary>The data directory as far as it can be known; says nothing.</summary>
    public string Directory(ParseResult parsed)
    {
        if (parsed.GetValue(_dataDir) is { } given) return given;
        if (parsed.GetValue(_config) is { } file && System.IO.Directory.Exists(file)) return file;
        return Configuration(parsed) is { } config ? Of(ConfigReader.ReadFile(config)) ?? Usual : Usual;
    }

    /// <summary>The data directory, or null after saying why not.</summary>
    public string? DataDirectory(ParseResult parsed)
    {
        if (parsed.GetValue(_dataDir) is { } given) return given;
        if (parsed.GetValue(_config) is not { } file) return Usual;
        if (System.IO.Directory.Exists(file)) return file;
        var result = ConfigReader.ReadFile(file);
        var directory = Of(result);
        if (directory is null)
            foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
        else if (result.Settings is null && !FleetConfiguration.IsOfFleet(result))
            Console.Error.WriteLine(
                $"{file} has errors, which `edge-agent check` shows; an agent that runs by an earlier one is looked for in {directory}.");
        return directory;
    }

    // Whatever else is wrong with the file: the agent may run by an earlier one, and by variables of its own.
    // That of a gateway in a fleet need not have more than these sections.
    static string? Of(ConfigResult result) => result.Settings?.Agent.DataDir ?? result.DataDirectory;
}
