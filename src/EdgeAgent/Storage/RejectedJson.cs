using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Storage;

/// <summary>Writes rejected records for programs: one JSON object a line.</summary>
static class RejectedJson
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <paramref name="row"/> and a line break.</summary>
    public static void WriteLine(Stream to, RejectedRow row)
    {
        using (var json = new Utf8JsonWriter(to, Options)) Write(json, row);
        to.WriteByte((byte)'\n');
    }

    /// <summary>When it was rejected, as text.</summary>
    public static string At(RejectedRow row) =>
        DateTime.UnixEpoch.AddTicks(row.RejectedAtNs / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    static void Write(Utf8JsonWriter json, RejectedRow row)
    {
        json.WriteStartObject();
        json.WriteString("output", row.Lane.Output);
        json.WriteNumber("priority", row.Lane.Priority);
        json.WriteNumber("number", row.Number);
        json.WriteString("rejected_at", At(row));
        json.WriteString("reason", row.Reason);
        var record = new RecordReader([.. row.Head, .. row.Payload]);
        if (record.Read())
        {
            json.WriteString("topic", record.Topic);
            if (record.HasKey) json.WriteString("key", record.Key);
            json.WriteString("id", record.Id);
        }

        if (IsJson(row.Payload))
        {
            json.WritePropertyName("payload");
            json.WriteRawValue(row.Payload, skipInputValidation: true);
        }
        else
        {
            json.WriteBase64String("payload_base64", row.Payload);
        }

        json.WriteEndObject();
    }

    static bool IsJson(byte[] payload)
    {
        try
        {
            // A line break inside would end the JSON line.
            if (payload.AsSpan().Contains((byte)'\n')) return false;
            using var document = JsonDocument.Parse(payload);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
