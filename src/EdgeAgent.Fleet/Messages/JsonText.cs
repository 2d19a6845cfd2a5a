using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeAgent.Fleet.Messages;

/// <summary>Writes messages: UTF-8 on one line, nothing escaped that need not be.</summary>
public static class JsonText
{
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object whose members <paramref name="members"/> writes.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>A moment as messages have it: UTC to the second.</summary>
    public static string Time(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString(JsonFields.TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>A text, number or boolean as <see cref="JsonFields.Scalar"/> gives it.</summary>
    public static void Scalar(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case bool flag: json.WriteBoolean(name, flag); break;
            case long whole: json.WriteNumber(name, whole); break;
            case double number: json.WriteNumber(name, number); break;
            default: json.WriteString(name, (string)value); break;
        }
    }

    /// <summary>A text on one line and cut to what a reader takes: control characters would refuse it there.</summary>
    public static string Line(string text, int most)
    {
        if (text.Length > most) text = text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }

    /// <summary>A list of texts.</summary>
    public static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
