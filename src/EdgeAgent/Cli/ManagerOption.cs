using System.CommandLine;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleets.Managing;

namespace EdgeAgent.Cli;

/// <summary>What all commands of a fleet's manager take, and how they end.</summary>
sealed class ManagerOption
{
    const string Usual = "manager.yaml";

    readonly ValueOption<string?> _file = Take.Text("--manager",
        $"The manager's file: broker, root, key, list of gateways. [default: {Usual}]",
        $"the path of a manager's file, such as --manager {Usual}");
    readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    /// <summary>Adds the options and what is done.</summary>
    public Command On(Command command, Func<ParseResult, Manager, bool, int> run)
    {
        command.Options.Add(_file);
        command.Options.Add(_json);
        command.SetAction(parsed =>
        {
            try
            {
                if (Settings(parsed.GetValue(_file) ?? Usual) is not { } settings) return ExitCode.Configuration;
                using var manager = Manager.Open(settings, s => MqttBroker.Connect(s.Broker, Console.Error.WriteLine),
                    () => DateTimeOffset.UtcNow);
                return run(parsed, manager, parsed.GetValue(_json));
            }
            catch (FleetException error)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Failed;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Unavailable;
            }
        });
        return command;
    }

    /// <summary>The manager's file; null after saying what is wrong with it.</summary>
    static ManagerSettings? Settings(string path) =>
        Read<ManagerSettings>(ManagerSpec.Spec, path) is { } settings ? settings.Cache.Length > 0 ? settings : settings
            with { Cache = path + ".cache" } : null;

    /// <summary>A YAML file of its spec; null after saying what is wrong with it.</summary>
    public static T? Read<T>(ComponentSpec spec, string path) where T : class
    {
        var read = SettingsFile.Read<T>(spec, path, out var findings);
        foreach (var finding in findings) Console.Error.WriteLine(finding);
        return read;
    }
}
