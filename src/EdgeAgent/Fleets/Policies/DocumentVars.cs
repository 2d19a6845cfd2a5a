using System.Globalization;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;
using EdgeAgent.Fleet.Documents;

namespace EdgeAgent.Fleets.Policies;

/// <summary>Puts the gateway's values in for <c>${var:name}</c>: whole values, after the YAML was parsed, never text that is parsed
/// again.</summary>
/// <remarks>A value is looked for among those that the fleet signed for this gateway, then in its own file, then it is the document's
/// default.</remarks>
/// <param name="declared">What the document declares.</param>
/// <param name="sent">What the fleet sent; null for nothing.</param>
/// <param name="local">What the gateway's own file says, as it was written; null when a missing value is no finding (nothing is known of a
/// gateway).</param>
/// <param name="findings">Gets the findings.</param>
sealed class DocumentVars(IReadOnlyDictionary<string, VarDeclaration> declared, Vars? sent, IReadOnlyDictionary<string, string>? local,
    FindingList findings)
{
    const string Start = "${var:";

    /// <summary>The same nodes with values put in.</summary>
    public ConfigNode Put(ConfigNode node, string path = "") => node switch
    {
        ScalarNode scalar when NameIn(scalar.Text) is { } name => ValueOf(name, scalar, path),
        ListNode list => new ListNode(list.At, [.. list.Items.Select((item, i) => Put(item, $"{path}[{i}]"))]),
        MapNode map => new MapNode(map.At, [.. map.Entries.Select(entry =>
            (entry.Key, Put(entry.Value, Paths.Join(path, entry.Key.Text))))]),
        _ => node,
    };

    static string? NameIn(string text) =>
        text.StartsWith(Start, StringComparison.Ordinal) && text.IndexOf('}') == text.Length - 1 ? text[Start.Length..^1] : null;

    ConfigNode ValueOf(string name, ScalarNode scalar, string path)
    {
        if (!declared.TryGetValue(name, out var declaration))
            return Refuse(scalar, path, $"the document declares no value `{Nearest.Cut(name)}`.{Nearest.Hint(name, declared.Keys)}");
        var type = VarDeclaration.Types[(int)declaration.Type];
        var value = sent?.Values.GetValueOrDefault(name);
        if (value is not null && !declaration.Takes(value))
            return Refuse(scalar, path, $"the value `{name}` that the fleet sent for this gateway is no {type}. Send one that is.");
        if (value is null && local?.GetValueOrDefault(name) is { } written)
        {
            value = Parse(declaration.Type, written);
            if (value is null)
                return Refuse(scalar, path,
                    $"`fleet.vars.{name}` of this gateway is `{Nearest.Cut(written)}`, which is no {type}. Mend it.");
        }

        value ??= declaration.Default;
        if (value is not null) return new ScalarNode(scalar.At, Text(value), isPlain: value is not string) { IsValue = true };
        if (local is null) return new RefusedNode(scalar.At);
        return Refuse(scalar, path,
            $"this gateway has no value `{name}`, and there is no default. Send one, or give it as `fleet.vars.{name}` there.");
    }

    RefusedNode Refuse(ScalarNode scalar, string path, string message)
    {
        findings.Add(FindingCodes.BadVar, scalar.At, path, message);
        return new(scalar.At);
    }

    static object? Parse(VarType type, string text) => type switch
    {
        VarType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        VarType.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null,
        VarType.Boolean => text switch { "true" => true, "false" => false, _ => null },
        _ => text,
    };

    static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string)value,
    };
}
