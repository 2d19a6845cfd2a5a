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
        Doc = "Numbers from the named groups of a regular expression; each group's name is the metric. "
            + "Without look-around and back-references, so it takes time in proportion to the line, whatever the pattern.",
        Example = "decode: { format: regex, pattern: 'S\\s+(?<weight_kg>-?\\d+\\.\\d+) kg' }",
        Fields =
        [
            FieldSpec.Text("pattern", "The expression.") with { Required = true, Syntax = Pattern },
            FieldSpec.Number("scale", "Factor.") with { Default = 1.0 },
            FieldSpec.Number("offset", "Added after scaling.") with { Default = 0.0 },
            .. FormatFields.Encoded,
        ],
        Build = v =>
        {
            var pattern = v.Get<string>("pattern");
            var named = BytePattern.TryParse(pattern, out _)!.Groups.Where(g => g.Length > 0);
            var scale = new LinearScale(v.Get<double>("scale"), v.Get<double>("offset"));
            return FormatFields.Encode(v, new PatternFormatSettings
            {
                Pattern = pattern,
                Fields = [.. named.Select(g => new PatternField(g, g, scale))],
            });
        },
        Labels = FormatFields.MetricScope,
    };

    static TextFault? Pattern(string text) => BytePattern.TryParse(text, out var error) switch
    {
        null => new(0, error),
        { } pattern when pattern.Groups.All(g => g.Length == 0) => new(0, "no named group (?<metric>…), so nothing is read"),
        _ => null,
    };
}
