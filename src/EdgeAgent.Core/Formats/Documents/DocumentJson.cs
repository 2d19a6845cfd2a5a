using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Writes a document of another encoding as JSON, for who has to look into it.</summary>
/// <remarks>Times become ISO 8601; bytes that are no text and numbers that are not finite become null.</remarks>
public static class DocumentJson
{
    /// <summary>Writes the one document that <paramref name="payload"/> is; false when it is none, or more than one.</summary>
    public static bool TryWrite(DocumentFormatSettings format, byte[] payload, out byte[] json)
    {
        var document = new Document();
        var cursor = default(ReadCursor);
        var at = 0;
        json = [];
        if (!format.CreateParser().TryRead(payload, ref at, document, ref cursor) || at != payload.Length) return false;
        var target = new ArrayBufferWriter<byte>(2 * payload.Length);
        using (var writer = new Utf8JsonWriter(target)) Write(payload, document, 0, writer);
        json = target.WrittenSpan.ToArray();
        return true;
    }

    static void Write(byte[] payload, Document document, int node, Utf8JsonWriter to)
    {
        ref var value = ref document[node].Value;
        switch (value.Kind)
        {
            case ValueKind.Object or ValueKind.Array:
                var isObject = value.Kind == ValueKind.Object;
                if (isObject) to.WriteStartObject();
                else to.WriteStartArray();
                for (var inner = document.FirstIn(node); inner >= 0; inner = document.NextIn(node, inner))
                {
                    if (isObject) to.WritePropertyName(Name(payload, document[inner]));
                    Write(payload, document, inner, to);
                }

                if (isObject) to.WriteEndObject();
                else to.WriteEndArray();
                break;
            case ValueKind.String when Utf8.IsValid(value.TextIn(payload)):
                to.WriteStringValue(value.TextIn(payload));
                break;
            case ValueKind.True or ValueKind.False:
                to.WriteBooleanValue(value.Kind == ValueKind.True);
                break;
            case ValueKind.Number when value.Number.TryToDouble(payload, value.Start, value.End, out var number):
                to.WriteNumberValue(number);
                break;
            case ValueKind.Double when double.IsFinite(value.Double):
                to.WriteNumberValue(value.Double);
                break;
            case ValueKind.Instant:
                to.WriteStringValue(DateTime.UnixEpoch.AddTicks(value.InstantNs / 100)
                    .ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
                break;
            default:
                to.WriteNullValue();
                break;
        }
    }

    static string Name(byte[] payload, in DocumentNode node) => node.HasNumber
        ? node.NameNumber.ToString(CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(payload.AsSpan(node.NameStart..node.NameEnd));
}
