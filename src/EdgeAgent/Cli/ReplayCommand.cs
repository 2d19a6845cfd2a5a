using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Replays;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent replay</c>: recorded messages through the real decoders, stages and encoders, in virtual time.</summary>
static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var config = Take.Config();
        var input = Take.Text("--input",
            "Recorded messages, JSON lines: {\"source\":…,\"topic\":…,\"payload\":…,\"at\":…}, or a table (CSV) with --topic. "
                + "Use - for standard input.", "a file of JSON lines, such as --input recorded.jsonl");
        input.Required = true;
        var explain = new Option<bool>("--explain") { Description = "Shows for every message, step by step, what becomes of it, on "
            + "standard error." };
        var recording = new RecordingOptions();
        var command = new Command("replay", "Runs recorded messages through a configuration and prints the records; "
            + "the same input always prints the same bytes.") { config, input, explain };
        recording.AddTo(command);
        command.SetAction(parsed =>
        {
            var result = ConfigReader.ReadFile(parsed.GetValue(config)!);
            foreach (var finding in result.Findings) Console.Error.WriteLine(finding);
            if (result.Settings is not { } settings) return ExitCode.Configuration;
            try
            {
                using var reader = recording.Of(parsed, parsed.GetValue(input)!).Open(settings, Console.Error);
                if (reader is null) return ExitCode.Usage;
                using var output = Console.OpenStandardOutput();
                var replay = new Replay(settings) { Explains = parsed.GetValue(explain) };
                return replay.Run(reader, output, Console.Error) ? ExitCode.Good : ExitCode.Failed;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Io;
            }
        });
        return command;
    }
}
