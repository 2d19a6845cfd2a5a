using System.CommandLine;
using EdgeAgent.Status;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent tap</c>: readings and records of a running agent as they pass.</summary>
static class TapCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var where = new AgentLocation();
        var source = Take.Text("--source", "Only readings of this source.", "a name under `sources`, such as --source plant");
        var pipeline = Take.Text("--pipeline", "Only readings that enter, and records that leave, this pipeline.",
            "a name under `pipelines`, such as --pipeline summaries");
        var label = Take.Texts("--label", "Only what has this label, as name=value. May be given several times.",
            "name=value, such as --label device=press-1", text => text.IndexOf('=') > 0);
        var count = Take.Whole("--count", "Stop after so many lines; 0 for never.", new(0, int.MaxValue), initial: 0, example: 20);
        var command = new Command("tap", "Shows readings and records of a running agent as they pass, without slowing them.") { source,
            pipeline, label, count };
        where.AddTo(command);
        command.SetAction(parsed =>
        {
            if (where.DataDirectory(parsed) is not { } directory) return ExitCode.Configuration;
            try
            {
                var left = parsed.GetValue(count) is var most and > 0 ? most : long.MaxValue;
                var lines = StatusClient.Tap(directory, parsed.GetValue(source), parsed.GetValue(pipeline), parsed.GetValue(label) ?? []);
                foreach (var line in lines)
                {
                    Console.Out.WriteLine(line);
                    if (--left <= 0) break;
                }

                return ExitCode.Good;
            }
            catch (IOException error)
            {
                Console.Error.WriteLine(error.Message);
                return ExitCode.Unavailable;
            }
        });
        return command;
    }
}
