using System.CommandLine;
using System.CommandLine.Help;

namespace EdgeAgent.Cli;

/// <summary>The commands as the man page and the completions list them: in their order, without what is hidden.</summary>
static class CommandWalk
{
    /// <summary>
    /// Every command under <paramref name="root"/> with the words that lead to it, such as <c>model inspect</c>; the root first, with none.
    /// </summary>
    public static IEnumerable<(string Path, Command Command)> Walk(Command root, string path = "")
    {
        yield return (path, root);
        foreach (var sub in root.Subcommands.Where(sub => !sub.Hidden))
            foreach (var below in Walk(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}"))
                yield return below;
    }

    /// <summary>The options to show at <paramref name="command"/>; <c>--help</c>, which every command has, is not among them.</summary>
    public static IEnumerable<Option> Options(Command command) =>
        command.Options.Where(option => !option.Hidden && option is not HelpOption);

    /// <summary>Whether a value follows <paramref name="option"/>.</summary>
    public static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    /// <summary>The words that <paramref name="option"/> takes; none where its value is free.</summary>
    public static IReadOnlyList<string> Choices(Option option) =>
        option.HelpName is { } names && names.Contains('|', StringComparison.Ordinal) ? names.Split('|') : [];

    /// <summary>How the value of <paramref name="option"/> is shown: <c>n</c>, <c>text|json</c>, or the option's own name.</summary>
    public static string ValueName(Option option) => option.HelpName ?? option.Name.TrimStart('-');
}
