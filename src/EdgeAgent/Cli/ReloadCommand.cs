using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent reload</c>: a changed configuration into a running agent, or what it would change.</summary>
static class ReloadCommand
{
    const string Usual = "/var/lib/edge-agent";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config("Configuration of the agent, or its data directory.", ArgumentArity.ZeroOrOne);
        var dataDir = Take.Text("--data-dir", $"Data directory of the agent. [default: that of the configuration, or {Usual}]",
            $"a directory, such as --data-dir {Usual}");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change; CONFIG may be any file." };
        var command = new Command("reload", "Lets a running agent take over its changed configuration without a restart: what did not "
            + "change goes on with its connections and open windows; a configuration with errors changes nothing.")
        {
            config, dataDir, dryRun,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(config) is { } given && !Directory.Exists(given) ? Path.GetFullPath(given) : null;
            var directory = parsed.GetValue(dataDir) ?? (file is null ? parsed.GetValue(config) ?? Usual : DirectoryOf(file));
            return directory is null ? ExitCode.Configuration
                : Reload(directory, file, parsed.GetValue(dryRun), Console.Out, Console.Error);
        });
        return command;
    }

    /// <summary>Asks the agent of <paramref name="dataDirectory"/>; findings go to <paramref name="error"/>, the plan to
    /// <paramref name="output"/>.</summary>
    public static int Reload(string dataDirectory, string? config, bool isDryRun, TextWriter output, TextWriter error)
    {
        try
        {
            using var json = StatusClient.Reload(dataDirectory, config, isDryRun);
            var answer = json.RootElement;
            foreach (var finding in answer.GetProperty("findings").EnumerateArray()) error.WriteLine(finding.GetString());
            foreach (var line in answer.GetProperty("plan").EnumerateArray()) output.WriteLine(line.GetString());
            var result = answer.GetProperty("result").GetString();
            var isGood = result is "applied" or "unchanged" or "planned";
            (isGood ? output : error).WriteLine(answer.GetProperty("message").GetString());
            if (result == "applied")
                output.WriteLine($"It took {answer.GetProperty("took_ms").GetRawText()} ms; sources waited for "
                    + $"{answer.GetProperty("closed_ms").GetRawText()} ms of it.");
            return isGood ? ExitCode.Good : result switch
            {
                "findings" => ExitCode.Configuration,
                "stopping" => ExitCode.Unavailable,
                _ => ExitCode.Failed,
            };
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            error.WriteLine(e.Message);
            return ExitCode.Unavailable;
        }
    }

    /// <summary>The data directory that a file names, which may have errors elsewhere; null after saying why not.</summary>
    static string? DirectoryOf(string file)
    {
        var result = ConfigReader.ReadFile(file);
        if (result.DataDirectory is { } directory) return directory;
        foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
        Console.Error.WriteLine($"{file} names no `agent.data_dir`, by which its agent is found. The agent was not asked and runs on.");
        return null;
    }
}
