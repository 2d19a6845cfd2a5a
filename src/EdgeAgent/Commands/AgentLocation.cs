using System.CommandLine;
using EdgeAgent.Configuration;

namespace EdgeAgent.Commands;

/// <summary>How commands find a running agent: by its configuration, by its data directory, or at the usual place.</summary>
sealed class AgentLocation
{
    const string Usual = "/var/lib/edge-agent";
    readonly Argument<FileInfo?> _config = new("config") { Description = "Configuration of the running agent.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<string?> _dataDir = new("--data-dir") { Description = $"Data directory of the running agent. [default: that of the configuration, or {Usual}]" };

    /// <summary>Adds the argument and the option.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_config);
        command.Options.Add(_dataDir);
    }

    /// <summary>The data directory, or null after saying why not.</summary>
    public string? DataDirectory(ParseResult parsed)
    {
        if (parsed.GetValue(_dataDir) is { } given) return given;
        if (parsed.GetValue(_config) is not { } file) return Usual;
        var result = ConfigReader.ReadFile(file.FullName);
        if (result.Settings is { } settings) return settings.Agent.DataDir;
        foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
        return null;
    }
}
