namespace EdgeAgent.Learning.Inference;

/// <summary>Finds objects whose keys name things and not quantities: <c>{"28-ff01":{"t":21},"28-ff02":{"t":20}}</c>.</summary>
static class KeyedObjects
{
    const int SurelyMany = 4;

    /// <summary>Places of such objects with the label that their keys become, the outermost of each branch.</summary>
    public static Dictionary<string, string> Of(JsonNode root)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(root, found);
        return found;
    }

    static void Walk(JsonNode node, Dictionary<string, string> found)
    {
        var inner = node.Members.Where(m => m.Objects > 0 && m.Arrays + m.Texts + m.Numbers + m.Booleans == 0).ToList();
        if (inner.Count > 1 && AreAlike(inner) && (inner.Count >= SurelyMany || inner.All(m => m.Name.Any(char.IsAsciiDigit))))
        {
            found[node.Place] = LabelOf(node.Name);
            return;
        }

        foreach (var member in node.Members) Walk(member, found);
        if (node.Element is { } element) Walk(element, found);
    }

    static bool AreAlike(List<JsonNode> objects)
    {
        var names = objects[0].Members.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        return names.Count > 0 && objects.TrueForAll(o =>
        {
            var common = o.Members.Count(m => names.Contains(m.Name));
            return common * 2 >= Math.Max(names.Count, o.Members.Count);
        });
    }

    /// <summary>The name of one of the things that stand under <paramref name="name"/>.</summary>
    public static string LabelOf(string name)
    {
        var word = name.ToLowerInvariant();
        if (word.Length > 2 && word[^1] == 's') word = word[..^1];
        return word.Length > 1 && word.All(c => char.IsAsciiLetterLower(c) || c == '_') && word is not ("metric" or "unit" or "value")
            ? word : "item";
    }
}
