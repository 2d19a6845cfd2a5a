namespace EdgeAgent.Learning.Inference;

/// <summary>Finds names that hold a thing and a quantity: <c>{"m1_kw":1.5,"m2_kw":2.5}</c> is <c>kw</c> of <c>m1</c> and
/// <c>m2</c>.</summary>
static class NumberedNames
{
    /// <summary>The fields with wildcards in place of the things, and the label of those; null when not all names are such.</summary>
    public static (List<ProposedField> Fields, string Label)? Of(List<ProposedField> fields)
    {
        var parts = fields.Select(field => Parts(field.Place)).ToList();
        if (parts.Count < 2 || parts.Contains(null) || fields.Exists(field => field.States.Count > 0)) return null;
        var words = parts.Select(part => part!.Value.Word).Distinct().ToList();
        var things = parts.Select(part => part!.Value.Word + part.Value.Number).Distinct().Count();
        if (words.Count != 1 || things < 2) return null;
        var label = words[0].Length > 2 ? KeyedObjects.LabelOf(words[0]) : "item";
        var ofQuantities = parts.Zip(fields).GroupBy(pair => pair.First!.Value.Quantity).ToList();
        return ([.. ofQuantities.Select(of => new ProposedField($"$.{{{label}}}_{of.Key}", of.Key)
        {
            Unit = of.First().Second.Unit, Seen = string.Join(", ", of.Take(3).Select(pair => pair.Second.Seen)),
            IsOptional = ofQuantities.Count > 1,
        })], label);
    }

    /// <summary>Letters, digits, and what stands behind the <c>_</c> after them; null for another path.</summary>
    static (string Word, string Number, string Quantity)? Parts(string path)
    {
        const int MostLetters = 16, MostDigits = 6;
        if (!path.StartsWith("$.", StringComparison.Ordinal)) return null;
        var at = 2;
        while (at < path.Length && char.IsAsciiLetter(path[at])) at++;
        var end = at;
        while (end < path.Length && char.IsAsciiDigit(path[end])) end++;
        var rest = end + 1 < path.Length && path[end] == '_' ? path[(end + 1)..] : "";
        return at is 2 or > MostLetters + 2 || end == at || end - at > MostDigits || rest.Length == 0 || !char.IsAsciiLetter(rest[0])
            || !rest.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? null : (path[2..at], path[at..end], rest);
    }
}
