using System.CommandLine;
using EdgeAgent.Configuration;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent schema</c>: the JSON Schema of configurations, or pages made from the specs of components and commands.</summary>
static class SchemaCommand
{
    static readonly (string Name, Action<TextWriter> Write)[] Pages =
    [
        ("configuration", ConfigReference.Write),
        ("findings", FindingReference.Write),
        ("man", writer => ManPage.Write(CommandList.Root(), writer)),
        ("completion-bash", writer => Completions.WriteBash(CommandList.Root(), writer)),
        ("completion-zsh", writer => Completions.WriteZsh(CommandList.Root(), writer)),
        ("completion-fish", writer => Completions.WriteFish(CommandList.Root(), writer)),
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = Pages.Select(page => page.Name).ToArray();
        var docs = Take.Text(
            "--docs",
            "Print a page instead: a reference, the manual page, or what a shell completes.",
            $"one of {string.Join(", ", names)}, such as --docs findings",
            names.Contains);
        docs.HelpName = string.Join('|', names);
        var command = new Command("schema", "Prints the JSON Schema of configurations, for editors.") { docs };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(docs) is not { } name) ConfigSchema.Write(Console.Out);
            else Pages.Single(page => page.Name == name).Write(Console.Out);
            return ExitCode.Good;
        });
        return command;
    }
}
