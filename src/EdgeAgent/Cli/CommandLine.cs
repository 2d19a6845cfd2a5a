using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Cli;

/// <summary>Runs a command line, and answers one that is none: what was seen, what was expected, exit code 64.</summary>
static class CommandLine
{
    /// <summary>Runs what <paramref name="arguments"/> ask for and gives the exit code.</summary>
    public static int Run(string[] arguments, TextWriter error)
    {
        var parsed = CommandList.Root().Parse(arguments);
        if (!IsWrong(parsed)) return parsed.Invoke();
        var path = Path(parsed.CommandResult);
        var wrongShape = WrongShape(parsed, path);
        var wrongValues = wrongShape.Any(f => f.IsOption) ? [] : WrongValues(parsed);
        foreach (var failure in wrongShape.Select(f => f.Text).Concat(wrongValues)) error.WriteLine($"{path}: {failure}");
        if (wrongShape.Count > 0) ShowUsage(parsed.CommandResult.Command, path, error);
        else if (wrongValues.Count == 0) foreach (var other in parsed.Errors) error.WriteLine($"{path}: {other.Message}");
        return ExitCode.Usage;
    }

    /// <summary>Whether a line asks for nothing that there is.</summary>
    public static bool IsWrong(ParseResult parsed) =>
        parsed.Action is not HelpAction && (parsed.Errors.Count > 0 || UnknownOptions(parsed).Count > 0);

    static void ShowUsage(Command command, string path, TextWriter error)
    {
        if (command.Subcommands.Count > 0)
        {
            var width = command.Subcommands.Max(c => c.Name.Length);
            foreach (var sub in command.Subcommands) error.WriteLine($"  {sub.Name.PadRight(width)}  {sub.Description}");
            return;
        }

        var arguments = command.Arguments.Select(a => a.Arity.MinimumNumberOfValues > 0 ? $" <{a.Name}>" : $" [<{a.Name}>]");
        var required = command.Options.Where(o => o.Required).Select(o => $" {o.Name} <{o.Name.TrimStart('-')}>");
        error.WriteLine($"Usage: {path}{string.Concat(arguments)}{string.Concat(required)} [options]; all options: {path} --help");
    }

    /// <summary>What is unknown, missing or too much.</summary>
    static List<Wrong> WrongShape(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        List<Wrong> failures = [.. UnknownOptions(parsed).Select(seen => new Wrong(
            $"there is no option `{seen}`.{Nearest.Hint(seen.Split('=')[0], command.Options.Select(o => o.Name))}", true))];
        if (failures.Count > 0) return failures;
        if (command.Subcommands.Count > 0)
            return [new(parsed.UnmatchedTokens is [var word, ..]
                ? $"there is no command `{word}`."
                    + $"{(Nearest.Find(word, command.Subcommands.Select(c => c.Name)) is { } near ? $" Did you mean `{near}`?" : "")} "
                    + "Expected one of these:"
                : "a command is missing. Expected one of these:", false)];
        failures.AddRange(command.Arguments
            .Where(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 })
            .Select(a => new Wrong($"<{a.Name}> is missing.{Expected(a)}", false)));
        failures.AddRange(command.Options.Where(o => o.Required && (parsed.GetResult(o)?.Implicit ?? true))
            .Select(o => new Wrong($"{o.Name} is missing.{Expected(o)}", false)));
        failures.AddRange(parsed.UnmatchedTokens.Select(word => new Wrong($"`{word}` is one word too many.", false)));
        return failures;
    }

    /// <summary>Where an argument is free, an unknown option is taken for it; what else is wrong then follows from that.</summary>
    static List<string> UnknownOptions(ParseResult parsed) =>
        [.. parsed.CommandResult.Children.OfType<ArgumentResult>()
            .Where(a => a.Argument is ValueArgument<string> or ValueArgument<string[]>)
            .SelectMany(a => a.Tokens).Select(t => t.Value).Concat(parsed.UnmatchedTokens).Where(LooksLikeOption).Distinct()];

    /// <summary>What is wrong with the values of options and arguments.</summary>
    static List<string> WrongValues(ParseResult parsed) => [.. parsed.Errors.Select(Words).OfType<string>().Distinct()];

    static string? Words(ParseError failure)
    {
        if ((failure.SymbolResult as OptionResult ?? failure.SymbolResult?.Parent as OptionResult) is not { } option)
            return failure.SymbolResult is ArgumentResult { Tokens.Count: > 0 } ? failure.Message : null;
        if (option.Tokens.Count == 0) return option.Implicit ? null : $"{option.Option.Name} has no value.{Expected(option.Option)}";
        return option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues
            ? $"{option.Option.Name} is given {option.Tokens.Count} times: "
                + $"{string.Join(", ", option.Tokens.Select(t => $"`{t.Value}`"))}. Give it once."
            : failure.Message;
    }

    static bool LooksLikeOption(string text) => text.Length > 1 && text[0] == '-' && !char.IsAsciiDigit(text[1]) && text[1] != '.';

    static string Expected(Symbol symbol) => symbol is IExpecting expecting ? $" Expected {expecting.Expected}." : "";

    static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "edge-agent";

    /// <param name="Text">What is wrong.</param>
    /// <param name="IsOption">Whether it is an option that there is not.</param>
    readonly record struct Wrong(string Text, bool IsOption);
}
