using System.Text.RegularExpressions;

namespace EdgeAgent.Learning.Inference;

/// <summary>Finds names that hold a thing and a quantity: <c>{"m1_kw":1.5,"m2_kw":2.5}</c> is <c>kw</c> of <c>m1</c> and
/// <c>m2</c>.</summary>
static partial class NumberedNames
{
    /// <summary>The fields with wildcards in place of the things, and the label of those; null when not all names are such.</summary>
    public static (List<ProposedField> Fields, string Label)? Of(List<ProposedField> fields)
    {
        var parts = fields.Select(field => Name().Match(field.Place)).ToList();
        if (parts.Count < 2 || parts.Exists(part => !part.Success) || fields.Exists(field => field.States.Count > 0)) return null;
        var words = parts.Select(part => part.Groups["word"].Value).Distinct().ToList();
        var things = parts.Select(part => part.Groups["word"].Value + part.Groups["number"].Value).Distinct().Count();
        if (words.Count != 1 || things < 2) return null;
        var label = words[0].Length > 2 ? KeyedObjects.LabelOf(words[0]) : "item";
        var ofQuantities = parts.Zip(fields).GroupBy(pair => pair.First.Groups["rest"].Value).ToList();
        return ([.. ofQuantities.Select(of => new ProposedField($"$.{{{label}}}_{of.Key}", of.Key)
        {
            Unit = of.First().Second.Unit, Seen = string.Join(", ", of.Take(3).Select(pair => pair.Second.Seen)),
            IsOptional = ofQuantities.Count > 1,
        })], label);
    }

    [GeneratedRegex(@"^\$\.(?<word>[A-Za-z]{1,16})(?<number>[0-9]{1,6})_(?<rest>[A-Za-z][A-Za-z0-9_]*)$")]
    private static partial Regex Name();
}
