using EdgeAgent.Core.Text;
using System.Globalization;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>Binds one scalar to its spec's type, with a finding when it does not fit.</summary>
/// <remarks>Findings show the text as the file has it, references not resolved, and nothing of a secret.</remarks>
sealed class ScalarBinder(References references, FindingList findings)
{
    const string CurlyQuotes = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb";

    /// <summary>The bound value; its <c>Value</c> is null when a finding was made.</summary>
    public SpecValue Bind(FieldSpec spec, ScalarNode node, string path, TextMark keyAt)
    {
        var secret = spec.Type == FieldType.Secret;
        var value = new SpecValue(spec, path, node.At, keyAt, null, secret ? null : node.Text) { Quote = node.IsPlain ? 0 : 1 };
        if (node.IsNull)
        {
            NoValue(spec, node, path, keyAt);
            return value;
        }

        var text = node.Text;
        if (!node.IsValue && References.Any(text))
        {
            if (!TakesReferences(spec.Type))
            {
                findings.Add(FindingCodes.NoReferenceHere, node.At, path,
                    $"references are not taken here; expected {Expected(spec)}. Write the value itself.");
                return value;
            }

            if (references.TryResolve(text, value) is not { } resolved) return value;
            value = value with { Sources = references.Sources(text), IsShown = References.IsOfMachine(text) };
            text = resolved;
        }
        else if (secret)
            findings.Add(FindingCodes.LiteralSecret, node.At, path,
                "the secret stands in the file itself. Use `${file:/path}` or `${env:NAME}`.");

        var bound = Convert(spec, node, text, value);
        if (bound is not null && node.IsCut)
            bound = Bad(value, FindingCodes.BadText, 0, $"{Seen(value)}: a comma in braces ends the value. Put the text in quotes.");
        if (bound is not null && node.IsPlain && text.Length > 0 && CurlyQuotes.Contains(text[0]) && !secret)
            findings.Add(FindingCodes.CurlyQuote, node.At, path, $"{Seen(value)}: the quotes of typesetting are part of the text. "
                + "Use \" or ', or no quotes.");
        return bound is not null && IsInRange(spec, bound, value) ? value with { Value = bound } : value;
    }

    /// <summary>Says that a key has no value, and where a comment took it, that.</summary>
    public void NoValue(FieldSpec spec, ScalarNode node, string path, TextMark keyAt) => findings.Add(FindingCodes.NoValue, keyAt, path,
        (node.IsCommented ? "no value: `#` after a blank begins a comment. Put a text that starts with `#` in quotes; else give "
            : "no value. Give ") + $"{Expected(spec)}, or remove the key.");

    object? Convert(FieldSpec spec, ScalarNode node, string text, SpecValue value) => spec.Type switch
    {
        FieldType.Integer => Integer(node, value),
        FieldType.Number => Number(node, value),
        FieldType.Boolean => Boolean(node, value),
        FieldType.Duration => Duration(text, value),
        FieldType.Size => Size(text, value),
        FieldType.Enum => Chosen(spec, text, value),
        FieldType.Secret => new Secret(text),
        FieldType.Character => text.Length == 1 && text[0] is not ('"' or '\n' or '\r') ? text[0]
            : Bad(value, FindingCodes.BadText, 0, $"{Seen(value)} is not a single character other than `\"`. Give one, such as \";\"."),
        FieldType.HostPort => Checked(text, value, FindingCodes.BadText, Addresses.HostPort),
        FieldType.Url => Addresses.TryUrl(text, spec, out var url, out var code, out var failure) ? url : Bad(value, code, 0, failure),
        FieldType.Name => Checked(text, value, FindingCodes.BadText, Words.Name),
        FieldType.Label or FieldType.NewLabel => Checked(text, value, FindingCodes.BadText, Words.Label),
        FieldType.TopicTemplate => Checked(text, value, FindingCodes.BadTopicTemplate, Templates.Topic),
        FieldType.TextTemplate => Checked(text, value, FindingCodes.BadTextTemplate, t => Templates.Text(t) ?? spec.Syntax?.Invoke(t)),
        FieldType.TimeZone =>
            TimeZones.Find(text) ?? Bad(value, FindingCodes.BadText, 0, $"{Seen(value)} is no time zone that this system knows. "
            + "Give an IANA name such as Europe/Berlin, and install the package `tzdata` where there are none."),
        FieldType.JsonPath => Checked(text, value, FindingCodes.BadJsonPath, Templates.Path),
        FieldType.Path => OneLine(text, value, spec.Syntax) is { } path ? references.Rooted((string)path) : null,
        _ => OneLine(text, value, spec.Syntax) is { } line ? spec.PathWithSlash && text.Contains('/') ? references.Rooted(text)
            : line : null,
    };

    object? Integer(ScalarNode node, SpecValue value)
    {
        if (node.IsPlain && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        return Bad(value, FindingCodes.NotANumber, 0,
            $"{Seen(value)} is not a whole number. Give {Expected(value.Spec)}{(node.IsPlain ? "" : ", without quotes")}.");
    }

    object? Number(ScalarNode node, SpecValue value)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (node.IsPlain && double.TryParse(node.Text, styles, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            && node.Text.AsSpan().ContainsAnyInRange('0', '9')) return number;
        if (DecimalComma(node.Text) is { } point)
            return Bad(value, FindingCodes.NotANumber, 0, $"{Seen(value)} has a decimal comma. Write a point: {point}.");
        return Bad(value, FindingCodes.NotANumber, 0,
            $"{Seen(value)} is not a finite number. Give {Expected(value.Spec)}{(node.IsPlain ? "" : ", without quotes")}.");
    }

    /// <summary>A number with a decimal comma as it is written with a point, or null for another text.</summary>
    public static string? DecimalComma(string text) => text.Count(c => c == ',') == 1 && text.Replace(',', '.') is var point
        && double.TryParse(point, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            ? point : null;

    object? Boolean(ScalarNode node, SpecValue value)
    {
        if (node.IsPlain && node.Text is "true" or "True" or "TRUE") return true;
        if (node.IsPlain && node.Text is "false" or "False" or "FALSE") return false;
        var hint = node.Text.ToLowerInvariant() switch { "yes" or "on" or "y" or "1" or "true" => "Use true.",
            "no" or "off" or "n" or "0" or "false" => "Use false.", _ => "Use true or false." };
        return Bad(value, FindingCodes.NotABoolean, 0, $"{Seen(value)} is not a boolean. {hint}");
    }

    object? Duration(string text, SpecValue value)
    {
        if (Words.TryDuration(text, out var span)) return span;
        var hint = text.Length is > 0 and < 10 && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? $"A unit is missing; did you mean `{text}s`?"
            : "Use whole numbers with units d, h, m, s, ms, us, as in 10s, 500ms or 1h30m.";
        return Bad(value, FindingCodes.BadDuration, 0, $"{Seen(value)} is not a duration. {hint}");
    }

    object? Size(string text, SpecValue value)
    {
        if (Words.TrySize(text, out var bytes)) return bytes;
        var hint = text.Length is > 0 and < 10 && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? $"A unit is missing; did you mean `{text}MiB`?"
            : "Use a whole number with B, KiB, MiB, GiB, kB, MB or GB, as in 64MiB.";
        return Bad(value, FindingCodes.BadSize, 0, $"{Seen(value)} is not a size. {hint}");
    }

    object? Chosen(FieldSpec spec, string text, SpecValue value)
    {
        foreach (var choice in spec.Choices)
            if (choice.Name == text) return choice.Value;
        var names = spec.Choices.Select(c => c.Name);
        var hint = Nearest.Find(text, names) is { } near ? $" Did you mean `{near}`?" : "";
        return Bad(value, FindingCodes.NotAChoice, 0, $"{Seen(value)} is not one of {string.Join(", ", names)}.{hint}");
    }

    object? OneLine(string text, SpecValue value, Func<string, TextFailure?>? syntax)
    {
        if (text.Length == 0 && value.Spec.MayBeEmpty) return text;
        if (text.Length == 0) return Bad(value, FindingCodes.BadText, 0, "the text is empty. Give a value, or remove the key.");
        if (text.AsSpan().ContainsAny('\n', '\r', '\0'))
            return Bad(value, FindingCodes.BadText, 0, "the text has more than one line. Use one line.");
        return syntax is null ? text : Checked(text, value, FindingCodes.BadText, syntax);
    }

    object? Checked(string text, SpecValue value, FindingCode code, Func<string, TextFailure?> syntax)
    {
        if (syntax(text) is not { } failure) return text;
        var example = value.Spec.Example is { } e ? $" Example: {e}." : "";
        return Bad(value, code, failure.Offset, $"{Seen(value)}: {failure.Message.TrimEnd('.')}.{example}");
    }

    bool IsInRange(FieldSpec spec, object bound, SpecValue value)
    {
        if (spec.IsFactor && bound is 0.0)
        {
            findings.Add(FindingCodes.OutOfRange, value.At, value.Path, "0 makes every value the same. Use another factor.");
            return false;
        }

        var low = spec.Min is { } min && min.CompareTo(bound) > 0;
        if (!low && !(spec.Max is { } max && max.CompareTo(bound) < 0)) return true;
        var (word, limit, use) = low ? ("below the minimum", spec.Min!, "or more") : ("above the maximum", spec.Max!, "or less");
        findings.Add(FindingCodes.OutOfRange, value.At, value.Path,
            $"{Nearest.Cut(value.Written!)} is {word} {Words.Of(spec, limit)}. Use {Words.Of(spec, limit)} {use}.");
        return false;
    }

    object? Bad(SpecValue value, FindingCode code, int offset, string message)
    {
        // Resolved text is not what the file has, so an offset in it means nothing there.
        var at = value.Written is { } written && !References.Any(written) ? value.Inside(offset) : value.At;
        findings.Add(code, offset == 0 ? value.At : at, value.Path, message);
        return null;
    }

    // An address may hold a password that belongs elsewhere.
    static string Seen(SpecValue value) =>
        value.Written is { } text && value.Spec.Type != FieldType.HostPort ? $"`{Nearest.Cut(text)}`" : "the value";

    static bool TakesReferences(FieldType type) =>
        type is FieldType.Text or FieldType.Secret or FieldType.Path or FieldType.HostPort or FieldType.Url;

    /// <summary>What a spec expects, in words.</summary>
    public static string Expected(FieldSpec spec) => spec.Type switch
    {
        FieldType.Integer => spec.Min is { } min && spec.Max is { } max
            ? $"a whole number from {Words.Of(spec, min)} to {Words.Of(spec, max)}"
            : "a whole number",
        FieldType.Number => "a number",
        FieldType.Boolean => "true or false",
        FieldType.Duration => "a duration such as 10s",
        FieldType.Size => "a size such as 64MiB",
        FieldType.Enum => "one of " + string.Join(", ", spec.Choices.Select(c => c.Name)),
        FieldType.Secret => "a secret such as `${env:NAME}`",
        FieldType.List => spec.Example is { } list ? $"a list such as {list}" : "a list",
        FieldType.Map or FieldType.Component or FieldType.OneOf => "keys with values",
        _ => spec.Example is { } example ? $"a text such as {example}" : "a text",
    };
}
