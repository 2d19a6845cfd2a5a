using System.Text;
using System.Text.Json;

namespace EdgeAgent.Reports;

/// <summary>The status of an agent without names of things and without what senders sent: numbers, states, and sentences of the
/// agent.</summary>
static class StatusExcerpt
{
    static readonly JsonWriterOptions s_options = new() { Indented = true };
    static readonly HashSet<string> s_texts =
    [
        "id", "name", "type", "state", "version", "store_id", "broker", "bus", "port", "sha256", "pipeline", "stage", "model", "from",
        "window_end", "result",
    ];

    /// <summary>The status <paramref name="json"/>, a field a line.</summary>
    public static string Of(JsonElement json)
    {
        using var whole = new MemoryStream();
        using (var to = new Utf8JsonWriter(whole, s_options)) Write(to, json, "");
        return Encoding.UTF8.GetString(whole.GetBuffer(), 0, (int)whole.Length);
    }

    static void Write(Utf8JsonWriter to, JsonElement value, string name)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                to.WriteStartObject();
                foreach (var field in value.EnumerateObject())
                {
                    to.WritePropertyName(field.Name);
                    Write(to, field.Value, field.Name);
                }

                to.WriteEndObject();
                break;
            case JsonValueKind.Array:
                to.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(to, item, name);
                to.WriteEndArray();
                break;
            case JsonValueKind.String:
                var text = value.GetString()!;
                to.WriteStringValue(s_texts.Contains(name) ? text : LogExcerpt.Sentence(text));
                break;
            default:
                value.WriteTo(to);
                break;
        }
    }
}
