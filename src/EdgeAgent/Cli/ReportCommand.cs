using System.CommandLine;
using System.Globalization;
using EdgeAgent.Reports;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent report</c>: one file for whoever helps.</summary>
static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var where = new AgentLocation();
        var output = Take.Text("--output", "The file it goes to; - for standard output. [default: edge-agent-report-TIME.txt here]",
            "a path, such as --output /tmp/report.txt");
        output.Aliases.Add("-o");
        var log = Take.Text("--log", "The file the agent's log goes to. [default: the journal of the service edge-agent]",
            "a path, such as --log /var/log/edge-agent.log");
        var command = new Command("report",
            "Writes one text file for whoever helps: version, machine, configuration, findings, status and log, "
            + "without readings and secrets. Goes with and without a running agent.") { output, log };
        where.AddTo(command);
        command.SetAction(parsed => Write(where.Configuration(parsed), where.Directory(parsed),
            parsed.GetValue(output), parsed.GetValue(log)));
        return command;
    }

    static int Write(string? config, string directory, string? output, string? log)
    {
        output ??= string.Create(CultureInfo.InvariantCulture, $"edge-agent-report-{DateTime.UtcNow:yyyyMMdd-HHmmss}.txt");
        try
        {
            if (output == "-")
            {
                Report.Write(Console.Out, config, directory, log);
                return ExitCode.Good;
            }

            using (var file = new StreamWriter(new FileStream(output, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))) Report.Write(file, config, directory, log);
            Console.Out.WriteLine($"{output} holds no reading and no secret that is known here; read it before you send it.");
            return ExitCode.Good;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The report cannot be written to {output}: {e.Message}. Name another file with --output.");
            return ExitCode.Io;
        }
    }
}
