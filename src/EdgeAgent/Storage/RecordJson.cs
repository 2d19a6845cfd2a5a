using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Storage;

/// <summary>Writes records of the buffer for programs: one JSON object a line.</summary>
static class RecordJson
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a rejected record and a line break.</summary>
    public static void WriteLine(Stream to, RejectedRow row)
    {
        using (var json = new Utf8JsonWriter(to, Options))
        {
            Begin(json, row.Lane, row.Number, "rejected_at", row.RejectedAtNs);
            json.WriteString("reason", row.Reason);
            var record = new RecordReader([.. row.Head, .. row.Payload]);
            if (record.Read()) WriteHead(json, record);
            WritePayload(json, row.Payload);
            json.WriteEndObject();
        }

        to.WriteByte((byte)'\n');
    }

    /// <summary>Writes the record of a segment that <paramref name="record"/> is at, and a line break.</summary>
    public static void WriteLine(Stream to, Segment segment, long number, in RecordReader record)
    {
        using (var json = new Utf8JsonWriter(to, Options))
        {
            Begin(json, segment.Lane, number, "committed_at", segment.CommittedAtNs);
            WriteHead(json, record);
            WritePayload(json, record.Payload);
            json.WriteEndObject();
        }

        to.WriteByte((byte)'\n');
    }

    /// <summary>A time as text.</summary>
    public static string At(long unixNs) =>
        DateTime.UnixEpoch.AddTicks(unixNs / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    static void Begin(Utf8JsonWriter json, Lane lane, long number, string when, long unixNs)
    {
        json.WriteStartObject();
        json.WriteString("output", lane.Output);
        json.WriteNumber("priority", lane.Priority);
        json.WriteNumber("number", number);
        json.WriteString(when, At(unixNs));
    }

    static void WriteHead(Utf8JsonWriter json, in RecordReader record)
    {
        json.WriteString("topic", record.Topic);
        if (record.HasKey) json.WriteString("key", record.Key);
        json.WriteString("id", record.Id);
    }

    static void WritePayload(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        if (!IsJson(payload))
        {
            json.WriteBase64String("payload_base64", payload);
            return;
        }

        json.WritePropertyName("payload");
        json.WriteRawValue(payload, skipInputValidation: true);
    }

    static bool IsJson(ReadOnlySpan<byte> payload)
    {
        try
        {
            // A line break inside would end the JSON line.
            if (payload.Contains((byte)'\n')) return false;
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
            }

            return payload.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
