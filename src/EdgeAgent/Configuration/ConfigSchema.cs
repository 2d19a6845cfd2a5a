using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeAgent.Catalog;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Writes the JSON Schema (draft 2020-12) of a configuration, for editors that complete and underline.</summary>
/// <remarks>Made from the specs alone; the same bytes every time. What several keys say together is left to <c>check</c>.</remarks>
public static class ConfigSchema
{
    const string Duration = "^([0-9]+(d|h|m|s|ms|us))+$";
    const string Size = "^[0-9]+(B|KiB|MiB|GiB|kB|MB|GB)$";

    /// <summary>Writes the schema.</summary>
    public static void Write(TextWriter writer)
    {
        using var bytes = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "EdgeAgent configuration");
            Keys(json, GatewaySpec.Spec, null, isDefault: false);
            json.WriteStartObject("$defs");
            foreach (var group in Components.Groups) Group(json, group);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        writer.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        writer.Write('\n');
    }

    static void Group(Utf8JsonWriter json, ComponentGroup group)
    {
        json.WriteStartObject(group.Name);
        json.WriteString("type", "object");
        if (group.Selector is null)
        {
            json.WriteNumber("minProperties", 1);
            json.WriteNumber("maxProperties", 1);
            json.WriteBoolean("additionalProperties", false);
            json.WriteStartObject("properties");
            foreach (var member in group.Members)
            {
                json.WriteStartObject(member.Name);
                json.WriteString("$ref", Reference(group, member));
                json.WriteString("description", member.Doc);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("oneOf");
            foreach (var member in group.Members)
            {
                json.WriteStartObject();
                json.WriteString("$ref", Reference(group, member));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        foreach (var member in group.Members)
        {
            json.WriteStartObject($"{group.Name}.{member.Name}");
            json.WriteString("description", member.Doc);
            if (member.Body is { } body) Type(json, body);
            else Keys(json, member, group.Selector, member.Name == group.Fallback);
            json.WriteEndObject();
        }
    }

    static string Reference(ComponentGroup group, ComponentSpec member) => $"#/$defs/{group.Name}.{member.Name}";

    static void Keys(Utf8JsonWriter json, ComponentSpec spec, string? selector, bool isDefault)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        if (selector is not null)
        {
            json.WriteStartObject(selector);
            json.WriteString("const", spec.Name);
            json.WriteString("description", spec.Doc);
            json.WriteEndObject();
        }

        foreach (var field in spec.Fields)
        {
            json.WriteStartObject(field.Name);
            json.WriteString("description", Description(field));
            Type(json, field);
            json.WriteEndObject();
            if (field.Formerly is not { } former) continue;
            json.WriteStartObject(former.Name);
            json.WriteString("description", $"Called {field.Name} since {former.Since}.");
            json.WriteBoolean("deprecated", true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        var required = spec.Fields.Where(f => f.Required).Select(f => f.Name);
        if (selector is not null && !isDefault) required = required.Prepend(selector);
        if (!required.Any()) return;
        json.WriteStartArray("required");
        foreach (var name in required) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    static void Type(Utf8JsonWriter json, FieldSpec field)
    {
        switch (field.Type)
        {
            case FieldType.Integer:
                json.WriteString("type", "integer");
                if (field.Min is long min) json.WriteNumber("minimum", min);
                if (field.Max is long max) json.WriteNumber("maximum", max);
                break;
            case FieldType.Number:
                json.WriteString("type", "number");
                if (field.Min is double low) json.WriteNumber("minimum", low);
                if (field.Max is double high) json.WriteNumber("maximum", high);
                if (field.IsFactor)
                {
                    json.WriteStartObject("not");
                    json.WriteNumber("const", 0);
                    json.WriteEndObject();
                }

                break;
            case FieldType.Boolean:
                json.WriteString("type", "boolean");
                break;
            case FieldType.Duration:
                Pattern(json, Duration);
                break;
            case FieldType.Size:
                Pattern(json, Size);
                break;
            case FieldType.Enum:
                json.WriteStartArray("enum");
                foreach (var choice in field.Choices) json.WriteStringValue(choice.Name);
                json.WriteEndArray();
                break;
            case FieldType.Text or FieldType.Glob or FieldType.Secret:
                Scalar(json);
                break;
            case FieldType.List:
                List(json, field);
                break;
            case FieldType.Map:
                json.WriteString("type", "object");
                if (field.MinCount > 0) json.WriteNumber("minProperties", field.MinCount);
                Nested(json, "additionalProperties", field.Item!);
                break;
            case FieldType.Component when field.Short is { } key:
                json.WriteStartArray("oneOf");
                json.WriteStartObject();
                Type(json, field.Component!.Field(key)!);
                json.WriteEndObject();
                json.WriteStartObject();
                Keys(json, field.Component!, null, isDefault: false);
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            case FieldType.Component:
                Keys(json, field.Component!, null, isDefault: false);
                break;
            case FieldType.OneOf:
                json.WriteString("$ref", $"#/$defs/{Components.Group(field.Group!).Name}");
                break;
            default:
                json.WriteString("type", "string");
                break;
        }

        if (field.Default is { } value) Default(json, field, value);
    }

    static void List(Utf8JsonWriter json, FieldSpec field)
    {
        var hasOther = field.Single || field.Word is not null;
        if (hasOther)
        {
            json.WriteStartArray("oneOf");
            json.WriteStartObject();
            if (field.Word is { } word) json.WriteString("const", word);
            else Type(json, field.Item!);
            json.WriteEndObject();
            json.WriteStartObject();
        }

        json.WriteString("type", "array");
        if (field.MinCount > 0) json.WriteNumber("minItems", field.MinCount);
        if (field.Distinct) json.WriteBoolean("uniqueItems", true);
        Nested(json, "items", field.Item!);
        if (!hasOther) return;
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void Nested(Utf8JsonWriter json, string name, FieldSpec item)
    {
        json.WriteStartObject(name);
        Type(json, item);
        json.WriteEndObject();
    }

    static void Default(Utf8JsonWriter json, FieldSpec field, object value)
    {
        switch (value)
        {
            case long number when field.Type == FieldType.Integer: json.WriteNumber("default", number); break;
            case double number: json.WriteNumber("default", number); break;
            case bool flag when field.Type == FieldType.Boolean: json.WriteBoolean("default", flag); break;
            default: json.WriteString("default", Words.Of(field, value)); break;
        }
    }

    static void Pattern(Utf8JsonWriter json, string pattern)
    {
        json.WriteString("type", "string");
        json.WriteString("pattern", pattern);
    }

    // A text may be written without quotes and then look like a number to an editor.
    static void Scalar(Utf8JsonWriter json)
    {
        json.WriteStartArray("type");
        json.WriteStringValue("string");
        json.WriteStringValue("number");
        json.WriteStringValue("boolean");
        json.WriteEndArray();
    }

    static string Description(FieldSpec field)
    {
        var text = new StringBuilder(field.Doc);
        if (field.Type == FieldType.Enum)
            foreach (var choice in field.Choices) text.Append('\n').Append(choice.Name).Append(": ").Append(choice.Doc);
        if (field.Type is FieldType.Duration or FieldType.Size)
            text.Append(" From ").Append(Words.Of(field, field.Min!)).Append(" to ").Append(Words.Of(field, field.Max!)).Append('.');
        if (field.Example is { } example) text.Append(" Example: ").Append(example);
        return text.ToString();
    }
}
