using EdgeAgent.Catalog;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Writes a checked configuration as it takes effect: defaults filled in, references as written, secrets masked, and beside each
/// value where it comes from.</summary>
/// <remarks>What the environment or a file gave is not shown, nor is a secret; what the machine told of itself is.</remarks>
static class EffectiveConfig
{
    /// <summary>Writes YAML that reads back to the same settings but for its secrets; nothing when an error was found.</summary>
    /// <param name="result">What was read.</param>
    /// <param name="file">Its name, for the places.</param>
    /// <param name="writer">Takes the text.</param>
    public static void Write(ConfigResult result, string file, TextWriter writer)
    {
        if (result is { IsGood: true, Root: { } root }) new Dump(file, writer).Keys(root, 0);
    }

    sealed class Dump(string file, TextWriter writer)
    {
        public void Keys(SpecValues values, int depth)
        {
            if (SelectorOf(values.Spec) is { } selector) Line(depth, $"{selector}: {values.Spec.Name}");
            foreach (var field in values.Spec.Fields)
            {
                if (values.Find(field.Name) is { } value) Value(field.Name, value, depth);
                else if (field.Default is { } otherwise) Line(depth, $"{field.Name}: {Quoted(Words.Of(field, otherwise), field)}",
                    "default");
                else if (field.Component is { Fields.Count: > 0 } component && component.Fields.All(f => f.Default is not null))
                {
                    Line(depth, $"{field.Name}:");
                    Keys(new(component, field.Name, "", default), depth + 1);
                }
            }
        }

        void Value(string key, SpecValue value, int depth)
        {
            switch (value.Value)
            {
                case SpecValues { Spec.Body: not null } free:
                    Line(depth, $"{key}:");
                    foreach (var (name, entry) in free.Entries("")) Value(Quoted(name, null), entry, depth + 1);
                    break;
                case SpecValues nested:
                    Line(depth, nested.Written.Any() || nested.Spec.Fields.Any(f => f.Default is not null)
                        || SelectorOf(nested.Spec) is not null ? $"{key}:" : $"{key}: {{}}");
                    Keys(nested, depth + 1);
                    break;
                case IReadOnlyList<SpecValue> { Count: 0 }:
                    Line(depth, $"{key}: []", From(value));
                    break;
                case IReadOnlyList<SpecValue> items:
                    Line(depth, $"{key}:");
                    foreach (var item in items) Item(item, depth + 1);
                    break;
                case IReadOnlyList<KeyValuePair<string, SpecValue>> entries:
                    Line(depth, entries.Count == 0 ? $"{key}: {{}}" : $"{key}:");
                    foreach (var (name, entry) in entries) Value(Quoted(name, null), entry, depth + 1);
                    break;
                default:
                    Line(depth, $"{key}: {Scalar(value)}", From(value));
                    break;
            }
        }

        void Item(SpecValue item, int depth)
        {
            if (item.Nested is not { } nested)
            {
                Line(depth, $"- {Scalar(item)}", From(item));
                return;
            }

            Line(depth, "-");
            if (nested.Spec.Kind == ComponentKind.Stage) Value(nested.Spec.Name, item, depth + 1);
            else Keys(nested, depth + 1);
        }

        static string Scalar(SpecValue value) =>
            value.Spec.Type == FieldType.Secret ? "'***'"
            : value is { IsShown: true, Value: { } shown }
                ? Quoted(Words.Of(value.Spec, shown).Replace("${", "$${", StringComparison.Ordinal), value.Spec)
            : Quoted(value.Written ?? "", value.Spec);

        string From(SpecValue value) =>
            $"{file}:{value.At.Line}{string.Concat(value.Sources.Select(source => $", {source}"))}";

        static string Quoted(string text, FieldSpec? spec) =>
            spec?.Type is FieldType.Integer or FieldType.Number or FieldType.Boolean
                or FieldType.Duration or FieldType.Size or FieldType.Enum
                ? text
                : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

        static string? SelectorOf(ComponentSpec spec)
        {
            foreach (var group in Components.Groups)
                if (group.Selector is not null && group.Members.Contains(spec)) return group.Selector;
            return null;
        }

        void Line(int depth, string text, string from = "")
        {
            for (var i = 0; i < depth; i++) writer.Write("  ");
            writer.Write(text);
            if (from.Length > 0) writer.Write($"  # {from.ReplaceLineEndings(" ")}");
            writer.Write('\n');
        }
    }
}
