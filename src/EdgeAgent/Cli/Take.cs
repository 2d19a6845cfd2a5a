using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EdgeAgent.Cli;

/// <summary>Makes the options and arguments of the commands. A wrong value is answered with what was seen, what was expected,
/// and an example.</summary>
static class Take
{
    /// <summary>A whole number between two bounds; <paramref name="initial"/> where it is not given.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="bounds">What it may be.</param>
    /// <param name="initial">What it is when it is not given.</param>
    /// <param name="example">A value that makes sense; <paramref name="initial"/> without it.</param>
    /// <param name="more">What else there is to say to someone who gave a wrong one.</param>
    public static ValueOption<int> Whole(string name, string description, Bounds bounds, int initial, int? example = null,
        string? more = null)
    {
        var option = new ValueOption<int>(name, Between("a whole number", bounds.Min, bounds.Max, name, example ?? initial)
            + (more is null ? "" : ": " + more)) { Description = description, HelpName = "n", DefaultValueFactory = _ => initial };
        option.CustomParser = result => One(result, option.Expected, text => IsWhole(text, bounds, out var n) ? n : (int?)null)
            ?? initial;
        return option;
    }

    /// <summary>Whole numbers between two bounds; the option may be given several times.</summary>
    public static ValueOption<int[]> Wholes(string name, string description, Bounds bounds, int initial, int example)
    {
        var option = new ValueOption<int[]>(name, Between("a whole number", bounds.Min, bounds.Max, name, example))
        {
            Description = description,
            HelpName = "n",
            DefaultValueFactory = _ => [initial],
        };
        option.CustomParser = result =>
        {
            var all = new int[result.Tokens.Count];
            for (var i = 0; i < all.Length; i++)
                if (!IsWhole(result.Tokens[i].Value, bounds, out all[i]))
                    result.AddError(Wrong(result, result.Tokens[i].Value, option.Expected));
            return all;
        };
        return option;
    }

    /// <summary>A number between two bounds, with a point and not a comma; <paramref name="initial"/> where it is not given.</summary>
    public static ValueOption<double?> Number(string name, string description, double min, double max, double? initial, double example)
    {
        var option = new ValueOption<double?>(name, Between("a number", min, max, name, example))
        {
            Description = description,
            HelpName = "n",
        };
        if (initial is { } value) option.DefaultValueFactory = _ => value;
        option.CustomParser = result => One(result, option.Expected, text => IsNumber(text, min, max));
        return option;
    }

    /// <summary>A number that has to be given.</summary>
    public static ValueArgument<double> NumberArgument(string name, string description, string example)
    {
        var argument = new ValueArgument<double>(name, $"a number, such as {example}") { Description = description };
        argument.CustomParser = result => One(result, argument.Expected, text => IsNumber(text, double.MinValue, double.MaxValue)) ?? 0;
        return argument;
    }

    /// <summary>A text that <paramref name="isGood"/> accepts, such as a name or a path.</summary>
    public static ValueOption<string?> Text(string name, string description, string expected, Func<string, bool>? isGood = null)
    {
        var option = new ValueOption<string?>(name, expected) { Description = description };
        Checked(option, expected, isGood ?? (text => text.Length > 0));
        return option;
    }

    /// <summary>Texts that <paramref name="isGood"/> accepts; the option may be given several times.</summary>
    public static ValueOption<string[]> Texts(string name, string description, string expected, Func<string, bool>? isGood = null)
    {
        var option = new ValueOption<string[]>(name, expected) { Description = description };
        Checked(option, expected, isGood ?? (text => text.Length > 0));
        return option;
    }

    /// <summary>A text that has to be given, such as a path.</summary>
    public static ValueArgument<string> TextArgument(string name, string description, string expected, ArgumentArity? arity = null,
        Func<string, bool>? isGood = null)
    {
        var argument = new ValueArgument<string>(name, expected) { Description = description, Arity = arity ?? ArgumentArity.ExactlyOne };
        argument.Validators.Add(result => Check(result, expected, isGood ?? (text => text.Length > 0)));
        return argument;
    }

    /// <summary>Texts that have to be given, one at least.</summary>
    public static ValueArgument<string[]> TextsArgument(string name, string description, string expected, Func<string, bool> isGood)
    {
        var argument = new ValueArgument<string[]>(name, expected) { Description = description, Arity = ArgumentArity.OneOrMore };
        argument.Validators.Add(result => Check(result, expected, isGood));
        return argument;
    }

    /// <summary>The configuration file.</summary>
    public static ValueArgument<string> Config(string description = "The configuration (YAML).", ArgumentArity? arity = null) =>
        TextArgument("config", description, "the path of a configuration file, such as /etc/edge-agent/config.yaml", arity);

    /// <summary>Lets <paramref name="option"/> take only what <paramref name="isGood"/> accepts.</summary>
    public static void Checked(Option option, string expected, Func<string, bool> isGood) =>
        option.Validators.Add(result => Check(result, expected, isGood));

    static void Check(SymbolResult result, string expected, Func<string, bool> isGood)
    {
        foreach (var token in result.Tokens)
            if (!isGood(token.Value)) result.AddError(Wrong(result, token.Value, expected));
    }

    static T? One<T>(ArgumentResult result, string expected, Func<string, T?> read)
        where T : struct
    {
        if (result.Tokens.Count != 1) return null;
        var value = read(result.Tokens[0].Value);
        if (value is null) result.AddError(Wrong(result, result.Tokens[0].Value, expected));
        return value;
    }

    static string Wrong(SymbolResult result, string seen, string expected)
    {
        var name = result switch
        {
            OptionResult option => option.Option.Name,
            ArgumentResult { Parent: OptionResult option } => option.Option.Name,
            ArgumentResult argument => $"<{argument.Argument.Name}>",
            _ => "",
        };
        return $"{name}: `{seen}` was given. Expected {expected}.";
    }

    static bool IsWhole(string text, Bounds bounds, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        && value >= bounds.Min && value <= bounds.Max;

    static double? IsNumber(string text, double min, double max) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
            : null;

    static string Between(string kind, double min, double max, string name, double example) =>
        FormattableString.Invariant($"{kind} from {min} to {max}, such as {name} {example}");
}
