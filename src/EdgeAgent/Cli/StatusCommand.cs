using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent status</c>: how a running agent is.</summary>
static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var where = new AgentLocation();
        var json = new Option<bool>("--json") { Description = "Print the status as one JSON object." };
        var command = new Command("status", "Shows how a running agent is: sources, pipelines, outputs, commits, memory.") { json };
        where.AddTo(command);
        command.SetAction(parsed =>
        {
            if (where.DataDirectory(parsed) is not { } directory) return ExitCode.Configuration;
            try
            {
                using var status = StatusClient.Status(directory);
                if (parsed.GetValue(json)) Console.Out.WriteLine(status.RootElement.GetRawText());
                else StatusText.Write(Console.Out, status.RootElement);
                return ExitCode.Good;
            }
            catch (Exception error) when (error is IOException or JsonException)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Unavailable;
            }
        });
        return command;
    }
}
