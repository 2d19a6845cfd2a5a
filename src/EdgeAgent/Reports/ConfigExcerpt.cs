using EdgeAgent.Catalog;
using EdgeAgent.Configuration;
using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Reports;

/// <summary>A configuration for someone else's eyes: all keys, and the values that can hold no secret and no name of a plant's
/// things.</summary>
/// <remarks>
/// What is shown is chosen, not what is hidden: a value whose key is unknown or misspelt, a free text, a header, a label and a pattern are
/// all left out, and so are comments. A reference such as <c>${env:NAME}</c> is shown as it stands.
/// </remarks>
static class ConfigExcerpt
{
    const string Hidden = "(not shown)";
    static readonly string[] s_texts =
        ["id", "client_id", "metric", "sha256", "version", "profile", "share", "server_name", "sentence",
            "delimiter", "start", "check_mark"];
    static readonly HashSet<string> s_members = [.. ((string[])["sources", "stages", "outputs", "formats", "serial formats"])
        .SelectMany(group => Components.Group(group).Members).Select(member => member.Name)];

    /// <summary>Writes the configuration <paramref name="text"/> and gives <paramref name="secrets"/> what was left out.</summary>
    public static void Write(TextWriter to, string text, string name, Secrets secrets)
    {
        var bound = new Dictionary<TextMark, SpecValue>();
        if (ConfigReader.Read(text, name).Root is { } root) Gather(root, bound);
        if (NodeReader.TryRead(text, new FindingList(name)) is not { } node)
        {
            to.WriteLine("(it is not YAML, so nothing of it can be shown safely; the findings say where)");
            return;
        }

        foreach (var value in bound.Values)
            if (!IsShown(value)) secrets.Take(value);
        Write(to, node, "", "", bound);
    }

    /// <summary>What the configuration <paramref name="root"/> has that is not shown, but for user names: a gateway's is often its id,
    /// which every line may have.</summary>
    public static Secrets SecretsOf(SpecValues? root)
    {
        var (secrets, bound) = (new Secrets(), new Dictionary<TextMark, SpecValue>());
        if (root is not null) Gather(root, bound);
        foreach (var value in bound.Values)
            if (!IsShown(value) && value.Spec.Name != "username") secrets.Take(value);
        return secrets;
    }

    static void Gather(SpecValues values, Dictionary<TextMark, SpecValue> bound)
    {
        foreach (var value in values.Written) Gather(value, bound);
    }

    static void Gather(SpecValue value, Dictionary<TextMark, SpecValue> bound)
    {
        if (value.Nested is { } nested) Gather(nested, bound);
        else if (value.Spec.Type is FieldType.List) foreach (var item in value.Items) Gather(item, bound);
        else if (value.Spec.Type is FieldType.Map) foreach (var (_, item) in value.Entries) Gather(item, bound);
        else bound[value.At] = value;
    }

    static void Write(TextWriter to, ConfigNode node, string indent, string key, Dictionary<TextMark, SpecValue> bound)
    {
        switch (node)
        {
            case MapNode map:
                foreach (var (name, value) in map.Entries)
                    if (value is MapNode or ListNode)
                    {
                        to.WriteLine($"{indent}{name.Text}:");
                        Write(to, value, indent + "  ", name.Text, bound);
                    }
                    else to.WriteLine($"{indent}{name.Text}: {Scalar(value, name.Text, bound)}");
                break;
            case ListNode list:
                foreach (var item in list.Items)
                    if (item is MapNode or ListNode)
                    {
                        to.WriteLine($"{indent}-");
                        Write(to, item, indent + "  ", key, bound);
                    }
                    else to.WriteLine($"{indent}- {Scalar(item, key, bound)}");
                break;
            default:
                to.WriteLine(indent + Scalar(node, key, bound));
                break;
        }
    }

    static string Scalar(ConfigNode node, string key, Dictionary<TextMark, SpecValue> bound)
    {
        if (node is not ScalarNode scalar) return Hidden;
        if (scalar.Text.StartsWith("${", StringComparison.Ordinal) && scalar.Text.IndexOf('}') == scalar.Text.Length - 1)
            return scalar.Text;
        if (bound.TryGetValue(node.At, out var value))
        {
            if (value is { Spec.Type: FieldType.Url, Value: Uri url })
                return $"{url.Scheme}://{url.Authority}{(url.PathAndQuery.Length > 1 ? "/… " + Hidden : "")}";
            return IsShown(value) ? scalar.Text : Hidden;
        }

        return key is "type" or "format" && s_members.Contains(scalar.Text) ? scalar.Text : Hidden;
    }

    static bool IsShown(SpecValue value) => value.Value is not null && value.Spec.Type switch
    {
        FieldType.Integer or FieldType.Number or FieldType.Boolean or FieldType.Duration or FieldType.Size or FieldType.Enum => true,
        FieldType.HostPort or FieldType.Name or FieldType.Label or FieldType.NewLabel or FieldType.Path or FieldType.JsonPath => true,
        FieldType.Character or FieldType.TopicTemplate or FieldType.TextTemplate => true,
        FieldType.Text => s_texts.Contains(value.Spec.Name),
        _ => false,
    };
}
