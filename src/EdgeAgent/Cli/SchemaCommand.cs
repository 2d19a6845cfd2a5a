using System.CommandLine;
using EdgeAgent.Configuration;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent schema</c>: the JSON Schema of configurations, or the reference docs, from the component specs.</summary>
static class SchemaCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var docs = Take.Text("--docs", "Print a reference page instead: configuration or findings.", "configuration or findings, such as --docs findings", page => page is "configuration" or "findings");
        docs.HelpName = "configuration|findings";
        var command = new Command("schema", "Prints the JSON Schema of configurations, for editors.") { docs };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(docs) is not { } page) ConfigSchema.Write(Console.Out);
            else if (page == "findings") FindingReference.Write(Console.Out);
            else ConfigReference.Write(Console.Out);
            return ExitCode.Good;
        });
        return command;
    }
}
