using System.Globalization;
using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Decoding;

/// <summary>Says step by step what the subscriptions of one source make of a message.</summary>
/// <remarks>Each call starts anew, as after a start of the agent. For people: it allocates as it likes.</remarks>
public sealed class MessageExplainer(IReadOnlyList<SubscriptionSettings> subscriptions, int maxLabelBytes)
{
    const int MaxSamples = 20;
    const int MaxText = 120;

    /// <summary>Whether the last message gave a reading and nothing of it was bad.</summary>
    public bool IsGood { get; private set; }

    /// <summary>The steps of one message, a line each.</summary>
    public IReadOnlyList<string> Explain(string topic, ReadOnlySpan<byte> payload, long arrivalNs)
    {
        var lines = new List<string>();
        var name = Encoding.UTF8.GetBytes(topic);
        lines.Add($"topic     {topic}");
        var plan = Match(name, lines);
        lines.Add($"payload   {payload.Length} bytes: {Text(payload)}");
        if (plan is not null) Samples(plan, payload, arrivalNs, lines);
        Readings(name, payload, arrivalNs, lines);
        return lines;
    }

    SubscriptionPlan? Match(byte[] topic, List<string> lines)
    {
        for (var i = 0; i < subscriptions.Count; i++)
        {
            var plan = new SubscriptionPlan(subscriptions[i]);
            var labels = new List<KeyValuePair<string, string>>();
            if (!plan.Template.TryMatch(topic, labels)) continue;
            var found = labels.Count == 0 ? "no label in it" : string.Join(", ", labels.Select(l => $"{l.Key}={l.Value}"));
            lines.Add($"matches   {subscriptions[i].Topic}  →  {found}");
            return plan;
        }

        lines.Add($"matches   none of {string.Join(", ", subscriptions.Select(s => s.Topic))}");
        return null;
    }

    static void Samples(SubscriptionPlan plan, ReadOnlySpan<byte> payload, long arrivalNs, List<string> lines)
    {
        var memory = default(TopicMemory);
        var cursor = new ReadCursor(arrivalNs, ref memory);
        var count = 0;
        do
        {
            var isSample = plan.Reader.TryRead(payload, ref cursor);
            if (!isSample) continue;
            var text = cursor.IsReplaced ? cursor.Replacement : payload;
            if (count == 0 && cursor.IsReplaced) lines.Add($"read as   {text.Length} bytes: {Text(text)}");
            if (++count > MaxSamples) continue;
            lines.Add($"sample {count}");
            if (plan.Time is { } time) lines.Add($"  time    {time.Path} = {Shown(plan, plan.TimePlace, text)}");
            foreach (var label in plan.Labels)
                if (plan.Values[label.Place].Kind != ValueKind.NotAsked) lines.Add($"  label   {label.Name}: {label.Path} = "
                    + $"{Shown(plan, label.Place, text)}");
            foreach (var field in plan.Fields)
                if (plan.Values[field.Place].Kind != ValueKind.NotAsked)
                    lines.Add($"  value   {(field.Path.Length == 0 ? "payload" : field.Path)} = {Shown(plan, field.Place, text)}");
        }
        while (cursor.HasMore);
        if (count > MaxSamples) lines.Add($"… and {count - MaxSamples} samples more");
    }

    void Readings(byte[] topic, ReadOnlySpan<byte> payload, long arrivalNs, List<string> lines)
    {
        var series = new SeriesTable(1000, maxLabelBytes: maxLabelBytes);
        var decoder = new MessageDecoder(subscriptions, series, 1000);
        var receiver = new Lines(series, arrivalNs, lines);
        var batch = new ReadingBatch();
        var result = decoder.Decode(topic, payload, arrivalNs, batch, receiver);
        receiver.Flush(batch);
        if (result.Readings > Lines.Most) lines.Add($"… and {result.Readings - Lines.Most} readings more");
        if (result is { Readings: 0, Reason: BadReason.None or BadReason.NotAsked })
            lines.Add("nothing   no value is asked for, or it says itself that there is none; no error");
        foreach (var reason in Enum.GetValues<BadReason>())
            if (decoder.TakeSample(reason) is { } bad) lines.Add($"problem   {bad.Message}");
        while (decoder.TryTakeHint(out var hint)) lines.Add($"hint      {hint!.Message}");
        while (decoder.TryTakeNote(out var note)) lines.Add("note      " + note![(note!.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        IsGood = result.IsGood;
    }

    static string Shown(SubscriptionPlan plan, int place, ReadOnlySpan<byte> payload)
    {
        ref readonly var value = ref plan.Values[place];
        switch (value.Kind)
        {
            case ValueKind.Absent: return "nothing there";
            case ValueKind.Object: return "an object";
            case ValueKind.Array: return "an array";
            case ValueKind.Double: return value.Double.ToString("R", CultureInfo.InvariantCulture);
            case ValueKind.Instant: return Time(value.InstantNs);
            case ValueKind.OwnString: return $"\"{Text(plan.Reader.OwnText[value.Start..value.End])}\"";
            case ValueKind.Number when value.End == 0:
                return (value.Number.IsNegative ? "-" : "") + value.Number.Mantissa.ToString(CultureInfo.InvariantCulture);
            case ValueKind.String: return $"\"{Text(value.TextIn(payload))}\"";
            default: return value.Start == value.End ? "empty" : Text(value.TextIn(payload));
        }
    }

    static string Time(long ns) =>
        DateTimeOffset.UnixEpoch.AddTicks(ns / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    static string Text(ReadOnlySpan<byte> bytes) => BadTally.Printable(bytes[..Math.Min(MaxText, bytes.Length)])
        + (bytes.Length > MaxText ? "…" : "");

    sealed class Lines(SeriesTable series, long arrivalNs, List<string> lines) : IBatchReceiver
    {
        public const int Most = 50;

        // `max_future` of a pipeline that says nothing: five minutes.
        const long MaxAheadNs = 300_000_000_000;

        int _count;

        public void Flush(ReadingBatch batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (++_count > Most) continue;
                var value = batch.Value[i].ToString("R", CultureInfo.InvariantCulture);
                var time = batch.TimeNs[i] == arrivalNs ? "arrival" : Time(batch.TimeNs[i]);
                var quality = (batch.Quality[i] & Quality.TimeReplaced) == 0 ? "" : ", its own time could not be used";
                var ahead = batch.TimeNs[i] - arrivalNs <= MaxAheadNs ? ""
                    : ", ahead of its arrival: what becomes of it say `max_future` and `future` of the pipeline";
                lines.Add($"reading   {series.LabelsOf(batch.Series[i]).Canonical}  =  {value}  at {time}{quality}{ahead}");
            }

            batch.Count = 0;
        }
    }
}
