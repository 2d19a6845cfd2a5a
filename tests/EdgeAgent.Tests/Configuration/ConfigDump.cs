using EdgeAgent.Catalog;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Writes a checked configuration as it takes effect: defaults filled in, references as written, secrets masked.</summary>
public static class ConfigDump
{
    /// <summary>Writes YAML that reads back to the same settings but for its secrets; nothing when an error was found.</summary>
    public static void Write(ConfigResult result, TextWriter writer)
    {
        if (result is { IsGood: true, Root: { } root }) Keys(writer, root, 0);
    }

    static void Keys(TextWriter writer, SpecValues values, int depth)
    {
        if (SelectorOf(values.Spec) is { } selector) Line(writer, depth, $"{selector}: {values.Spec.Name}");
        foreach (var field in values.Spec.Fields)
        {
            if (values.Find(field.Name) is { } value) Value(writer, field.Name, value, depth);
            else if (field.Default is { } otherwise) Line(writer, depth, $"{field.Name}: {Quoted(Words.Of(field, otherwise), field)}");
            else if (field.Component is { Fields.Count: > 0 } component && component.Fields.All(f => f.Default is not null))
            {
                Line(writer, depth, $"{field.Name}:");
                Keys(writer, new(component, field.Name, "", default), depth + 1);
            }
        }
    }

    static void Value(TextWriter writer, string key, SpecValue value, int depth)
    {
        switch (value.Value)
        {
            case SpecValues { Spec.Body: not null } free:
                Line(writer, depth, $"{key}:");
                foreach (var (name, entry) in free.Entries("")) Value(writer, Quoted(name, null), entry, depth + 1);
                break;
            case SpecValues nested:
                Line(writer, depth, nested.Written.Any() || nested.Spec.Fields.Any(f => f.Default is not null)
                    || SelectorOf(nested.Spec) is not null ? $"{key}:" : $"{key}: {{}}");
                Keys(writer, nested, depth + 1);
                break;
            case IReadOnlyList<SpecValue> { Count: 0 }:
                Line(writer, depth, $"{key}: []");
                break;
            case IReadOnlyList<SpecValue> items:
                Line(writer, depth, $"{key}:");
                foreach (var item in items) Item(writer, item, depth + 1);
                break;
            case IReadOnlyList<KeyValuePair<string, SpecValue>> entries:
                Line(writer, depth, entries.Count == 0 ? $"{key}: {{}}" : $"{key}:");
                foreach (var (name, entry) in entries) Value(writer, Quoted(name, null), entry, depth + 1);
                break;
            default:
                Line(writer, depth, $"{key}: {Scalar(value)}");
                break;
        }
    }

    static void Item(TextWriter writer, SpecValue item, int depth)
    {
        if (item.Nested is not { } nested)
        {
            Line(writer, depth, $"- {Scalar(item)}");
            return;
        }

        Line(writer, depth, "-");
        if (nested.Spec.Kind == ComponentKind.Stage) Value(writer, nested.Spec.Name, item, depth + 1);
        else Keys(writer, nested, depth + 1);
    }

    static string Scalar(SpecValue value) =>
        value.Spec.Type == FieldType.Secret ? "'***'" : Quoted(value.Written ?? "", value.Spec);

    static string Quoted(string text, FieldSpec? spec) =>
        spec?.Type is FieldType.Integer or FieldType.Number or FieldType.Boolean or FieldType.Duration or FieldType.Size or FieldType.Enum
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static string? SelectorOf(ComponentSpec spec)
    {
        foreach (var group in Components.Groups)
            if (group.Selector is not null && group.Members.Contains(spec)) return group.Selector;
        return null;
    }

    static void Line(TextWriter writer, int depth, string text)
    {
        for (var i = 0; i < depth; i++) writer.Write("  ");
        writer.Write(text);
        writer.Write('\n');
    }
}
