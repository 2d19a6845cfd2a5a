using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeAgent.Tests.Records;

/// <summary>Judges a value by a JSON Schema (draft 2020-12) of <c>configs/central/schemas</c>, by the words those use.</summary>
/// <remarks>A word it does not know fails the test that asks: a schema must not say what nobody checks.</remarks>
sealed class RecordSchema(JsonElement schema)
{
    static readonly string[] s_spoken = ["$schema", "$id", "title", "description", "properties"];

    /// <summary>The schema of a file.</summary>
    public static RecordSchema Read(string path) => new(JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    /// <summary>What is wrong with <paramref name="value"/>, by path; empty when nothing is.</summary>
    public List<string> Judge(JsonElement value)
    {
        var wrong = new List<string>();
        Judge(schema, value, "$", wrong);
        return wrong;
    }

    static void Judge(JsonElement schema, JsonElement value, string path, List<string> wrong)
    {
        foreach (var word in schema.EnumerateObject())
            if (!Holds(word, schema, value, path, wrong)) wrong.Add($"{path}: {word.Name} {word.Value} does not hold for {value}");
    }

    static bool Holds(JsonProperty word, JsonElement schema, JsonElement value, string path, List<string> wrong)
    {
        switch (word.Name)
        {
            case "type":
                return word.Value.ValueKind == JsonValueKind.Array
                    ? word.Value.EnumerateArray().Any(type => Is(type, value))
                    : Is(word.Value, value);
            case "const":
                return JsonElement.DeepEquals(word.Value, value);
            case "enum":
                return word.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value));
            case "pattern":
                return value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, word.Value.GetString()!);
            case "format":
                return word.Value.GetString() == "date-time"
                    && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _);
            case "minLength":
                return value.GetString()!.Length >= word.Value.GetInt32();
            case "minimum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() >= word.Value.GetDouble();
            case "maximum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() <= word.Value.GetDouble();
            case "maxItems":
                return value.GetArrayLength() <= word.Value.GetInt32();
            case "required":
                return word.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));
            case "items":
                foreach (var item in value.EnumerateArray()) Judge(word.Value, item, path + "[]", wrong);
                return true;
            case "additionalProperties":
                schema.TryGetProperty("properties", out var known);
                foreach (var member in value.EnumerateObject())
                {
                    if (known.ValueKind == JsonValueKind.Object && known.TryGetProperty(member.Name, out var of))
                        Judge(of, member.Value, $"{path}.{member.Name}", wrong);
                    else if (word.Value.ValueKind == JsonValueKind.False) return false;
                    else Judge(word.Value, member.Value, $"{path}.{member.Name}", wrong);
                }

                return true;
            default:
                return s_spoken.Contains(word.Name);
        }
    }

    static bool Is(JsonElement type, JsonElement value) => type.GetString() switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
