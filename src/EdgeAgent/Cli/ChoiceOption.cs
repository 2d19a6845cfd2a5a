using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary>An option that takes one of a few words, in upper or lower case.</summary>
/// <typeparam name="T">Its members are the words.</typeparam>
sealed class ChoiceOption<T> : Option<string>, IExpecting
    where T : struct, Enum
{
    static readonly T[] All = Enum.GetValues<T>();
    static readonly string[] Words = [.. All.Select(v => v.ToString().ToLowerInvariant())];

    /// <summary>An option that is <paramref name="initial"/> where it is not given.</summary>
    public ChoiceOption(string name, string description, T initial)
        : base(name)
    {
        Description = description;
        HelpName = string.Join('|', Words);
        DefaultValueFactory = _ => Words[Array.IndexOf(All, initial)];
        Expected = $"one of {string.Join(", ", Words)}, such as {name} {Words[Array.IndexOf(All, initial)]}";
        Take.Checked(this, Expected, text => Position(text) >= 0);
        CompletionSources.Add(_ => Words.Select(w => new System.CommandLine.Completions.CompletionItem(w)));
    }

    /// <inheritdoc/>
    public string Expected { get; }

    /// <summary>What was chosen.</summary>
    public T Of(ParseResult parsed) => All[Position(parsed.GetValue(this)!)];

    static int Position(string text) => Array.FindIndex(Words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
}
