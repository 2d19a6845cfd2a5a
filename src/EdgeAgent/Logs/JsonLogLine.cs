using System.Text;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace EdgeAgent.Logs;

/// <summary>One log event as one flat JSON object and a line feed.</summary>
/// <remarks>
/// <c>time</c> (RFC 3339, UTC, ms) · <c>level</c> (debug, information, warning, error, fatal) · <c>message</c> as on a terminal
/// · the values in it by name in snake_case, numbers as numbers · <c>exception</c> where there is one. A name of the first three is not
/// given twice. Any thread: the formatter keeps nothing between two events.
/// </remarks>
sealed class JsonLogLine : ITextFormatter
{
    // Quotes, umlauts and the like stand as they are: the line goes to a file or a log service, never into a page.
    static readonly JsonWriterOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    readonly MessageTemplateTextFormatter _message = new("{Message:lj}");

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        using var bytes = new MemoryStream();
        _message.Format(logEvent, text);
        using (var json = new Utf8JsonWriter(bytes, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("time", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
            json.WriteString("level", JsonNamingPolicy.SnakeCaseLower.ConvertName(logEvent.Level.ToString()));
            json.WriteString("message", text.ToString());
            foreach (var (name, value) in logEvent.Properties) Write(json, JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
            if (logEvent.Exception is { } error) json.WriteString("exception", error.ToString());
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        output.Write('\n');
    }

    static void Write(Utf8JsonWriter json, string name, LogEventPropertyValue property)
    {
        // A message that is one ready sentence travels as the property `Text`: it stands there already.
        if (name is "text" or "time" or "level" or "message" || property is not ScalarValue { Value: var value }) return;
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case bool flag: json.WriteBoolean(name, flag); break;
            case int or short or byte or ushort or uint or long: json.WriteNumber(name, Convert.ToInt64(value)); break;
            case double number when double.IsFinite(number): json.WriteNumber(name, number); break;
            default: json.WriteString(name, value.ToString()); break;
        }
    }
}
