namespace EdgeAgent.Configuration.Binding;

/// <summary>Says in plain words what the YAML parser stumbled over. Never repeats text of the file.</summary>
static class SyntaxWords
{
    static readonly (string Seen, string Words)[] Known =
    [
        ("simple key", "a key needs a `:` and a space after it, or a quote is not closed"),
        ("',' or '}'", "a `,` or a `}` is missing, or a value with special characters needs quotes"),
        ("',' or ']'", "a `,` or a `]` is missing, or a value with special characters needs quotes"),
        ("flow", "a bracket, a quote or a comma is missing"),
        ("block collection", "the indentation does not fit the lines above"),
        ("block mapping", "the indentation does not fit the lines above, or a `:` is missing"),
        ("block sequence", "the indentation does not fit the lines above, or a `-` is missing"),
        ("not allowed in this context", "a `:` or `-` cannot stand here; quote a text that holds `: `, or mend the indentation"),
        ("invalid mapping", "a second `: ` in one line; mend the indentation, or quote a text that holds `: `"),
        ("not indented", "the indentation does not fit the lines above"),
        ("quoted scalar", "a quote is not closed"),
        ("escape", "a `\\` escape is not known; use single quotes for a text with `\\`"),
        ("cannot start any token", "no value can start with this character; put the text in quotes"),
        ("tab", "a tab stands where spaces are expected"),
        ("alias", "a text that starts with `*` or `&` needs quotes"),
        ("anchor", "a text that starts with `*` or `&` needs quotes"),
        ("tag", "a text that starts with `!` needs quotes"),
        ("directive", "a line that starts with `%` needs quotes"),
        ("end of stream", "the file ends in the middle of a value"),
    ];

    /// <summary>The message of a syntax finding.</summary>
    public static string For(string parserMessage)
    {
        foreach (var (seen, words) in Known)
            if (parserMessage.Contains(seen, StringComparison.OrdinalIgnoreCase))
                return $"not well-formed YAML: {words}.";
        return "not well-formed YAML. Look at the quotes, brackets and indentation here and just above.";
    }
}
