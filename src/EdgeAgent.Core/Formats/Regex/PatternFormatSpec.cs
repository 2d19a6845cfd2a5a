using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Regex;

/// <summary><c>format: regex</c>.</summary>
public static class PatternFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "regex",
        Kind = ComponentKind.Format,
        Doc = "Numbers from the named groups of a regular expression; each group's name is the metric, but those that `time` and "
            + "`labels` name. "
            + "Without look-around and back-references, so it takes time in proportion to the line, whatever the pattern.",
        Example = "decode: { format: regex, pattern: 'S\\s+(?<weight_kg>-?\\d+\\.\\d+) kg' }",
        Fields =
        [
            FieldSpec.Text("pattern", "The expression.") with { Required = true, Syntax = Pattern },
            FieldSpec.Factor("scale", "Factor.") with { Default = 1.0 },
            FieldSpec.Number("offset", "Added after scaling.") with { Default = 0.0 },
            FormatFields.States,
            FormatFields.Time(FieldType.Text, Key, "Group"),
            FormatFields.Labels(FieldType.Text, Key, "Group"),
            .. FormatFields.Text,
            .. FormatFields.Encoded,
        ],
        Build = v =>
        {
            var pattern = v.Get<string>("pattern");
            var others = FormatFields.Paths(v, Key).Select(p => p.Value as string).ToHashSet();
            var named = Named(pattern).Where(g => !others.Contains(g));
            var scale = new LinearScale(v.Get<double>("scale"), v.Get<double>("offset"));
            return FormatFields.Encode(v, new PatternFormatSettings
            {
                Pattern = pattern,
                Fields = [.. named.Select(g => new PatternField(g, g, scale))],
                States = FormatFields.NumbersOf(v, "states"),
                Time = v.Nested<TimeSettings>("time"),
                LabelPaths = FormatFields.LabelPathsOf(v),
                Text = FormatFields.TextOf(v),
            });
        },
        Check = static (v, findings) =>
        {
            if (v.Find("pattern") is not { Value: string pattern } at) return;
            var left = Named(pattern).ToList();
            foreach (var path in FormatFields.Paths(v, Key))
            {
                if (path.Value is not string group) continue;
                if (!Named(pattern).Contains(group))
                    findings.Add(FindingCodes.UnknownGroup, path.At, path.Path, $"the pattern has no group `{Nearest.Cut(group)}`."
                        + Nearest.Hint(group, Named(pattern)));
                left.Remove(group);
            }

            if (left.Count == 0)
                findings.Add(FindingCodes.UnknownGroup, at.At, at.Path, "no named group (?<metric>…) is left for a value.");
        },
        Labels = FormatFields.Scope,
    };

    const string Key = "group";

    static IEnumerable<string> Named(string pattern) => BytePattern.TryParse(pattern, out _) is { } parsed
        ? parsed.Groups.Where(g => g.Length > 0) : [];

    static TextFailure? Pattern(string text) => BytePattern.TryParse(text, out var error) switch
    {
        null => new(0, error),
        { } pattern when pattern.Groups.All(g => g.Length == 0) => new(0, "no named group (?<metric>…), so nothing is read"),
        _ => null,
    };
}
