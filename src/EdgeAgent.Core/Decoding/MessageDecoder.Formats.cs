using System.Text.Unicode;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;

namespace EdgeAgent.Core.Decoding;

/// <content>From payloads to samples, one method a format.</content>
public sealed partial class MessageDecoder
{
    void DecodeJson(ref Message message, ReadOnlySpan<byte> payload, SubscriptionPlan plan, Route route, bool missed)
    {
        var useShapes = RemembersShapes && route.ShapelessLeft == 0 && plan.Element is null;
        if (useShapes)
        {
            if (!missed && plan.Shapes.TryMatch(route, payload, plan.Values))
            {
                Emit(ref message, payload, plan);
                return;
            }
        }
        else if (route.ShapelessLeft > 0) route.ShapelessLeft--;

        var values = plan.Values;
        for (var i = 0; i < values.Length; i++) values[i].Kind = JsonKind.Absent;
        if (!plan.Scanner.TryScanDocument(payload, plan.Document, useShapes))
        {
            Bad(ref message, plan.Scanner.Fault, null, plan.Scanner.FaultAt);
            return;
        }

        if (useShapes) plan.Shapes.Learn(route, payload, plan.Scanner);
        if (plan.Element is null) Emit(ref message, payload, plan);
        else DecodeSamples(ref message, payload, plan, plan.Element);
    }

    /// <summary>Reads the elements of the array found by a scan of the whole payload, which is therefore known to be good JSON.</summary>
    void DecodeSamples(ref Message message, ReadOnlySpan<byte> payload, SubscriptionPlan plan, JsonPathTree element)
    {
        var values = plan.Values;
        var samples = values[plan.SamplesPlace];
        if (samples.Kind != JsonKind.Array)
        {
            Bad(ref message, samples.Kind is JsonKind.Absent or JsonKind.Null ? BadReason.NoField : BadReason.WrongType, plan.SamplesPath, samples.Start);
            return;
        }

        var at = NextMark(payload, samples.Start + 1);
        while (payload[at] != (byte)']')
        {
            foreach (var place in plan.ElementPlaces) values[place].Kind = JsonKind.Absent;
            at = NextMark(payload, plan.Scanner.Scan(payload, at, element, false));
            Emit(ref message, payload, plan);
            if (payload[at] == (byte)',') at++;
        }
    }

    void DecodeNumber(ref Message message, ReadOnlySpan<byte> payload, SubscriptionPlan plan)
    {
        PlainText.Read(payload, 0, payload.Length, false, ref plan.Values[0]);
        if (plan.Values[0].Kind == JsonKind.String && !Utf8.IsValid(payload)) Bad(ref message, BadReason.BadUtf8, null, -1);
        else Emit(ref message, payload, plan);
    }

    void DecodeCsv(ref Message message, ReadOnlySpan<byte> payload, SubscriptionPlan plan)
    {
        if (!Utf8.IsValid(payload))
        {
            Bad(ref message, BadReason.BadUtf8, null, -1);
            return;
        }

        var csv = plan.Csv!;
        var at = payload.StartsWith("\uFEFF"u8) ? 3 : 0;
        if (csv.HasHeader && !csv.TryHeader(payload, ref at))
        {
            Bad(ref message, BadReason.BadCsv, null, 0);
            return;
        }

        while (at < payload.Length)
        {
            var start = at;
            if (!csv.TryLine(payload, ref at, plan.Values, out var isBlank)) Bad(ref message, BadReason.BadCsv, null, start);
            else if (!isBlank) Emit(ref message, payload, plan);
        }
    }

    static int NextMark(ReadOnlySpan<byte> payload, int at)
    {
        while (payload[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }
}
