using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Decoding;

/// <content>From one sample's values to readings.</content>
public sealed partial class MessageDecoder
{
    const ulong TenYearsNs = 3_652UL * 86_400 * 1_000_000_000;

    // 2024-01-01: a gateway whose clock was never set (1970, or the date of its image) still knows that it is no earlier,
    // and what a wrong unit is.
    const long EarliestNowNs = 1_704_067_200_000_000_000;

    void Emit(ref Message message, ReadOnlySpan<byte> payload, SubscriptionPlan plan)
    {
        var values = plan.Values;
        var timeNs = message.ArrivalNs;
        var quality = Quality.Good;
        if (plan.TimePlace >= 0)
        {
            ref readonly var time = ref values[plan.TimePlace];
            if (time.Kind != ValueKind.Number || plan.TimeIsText || !EpochTime.TryToNs(in time.Number, plan.TimeExponent, out timeNs))
            {
                if (!TryOtherTime(ref message, plan, in time, out timeNs, out quality)) return;
            }

            if (!IsNear(timeNs, message.ArrivalNs) && !message.Route.TimeHinted) Hint(ref message, plan, in time, isRead: true);
            if (plan.MaxPastNs != 0 && IsTooOld(ref message, plan, timeNs)
                && !TryReplaceTime(ref message, plan, new(plan.Time!.Path, true, BadTally.TooOld), out timeNs, out quality))
                return;
            if ((plan.SpacingNs != 0 || plan.RatePlace >= 0) && !TrySpace(ref message, plan, ref timeNs)) return;
        }

        var route = plan.Labels.Length == 0 ? message.Route : LabelledRoute(ref message, plan);
        if (route is null) return;
        var fields = plan.Fields;
        var known = _routes.SeriesOf(route);
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            ref readonly var found = ref values[field.Place];
            double value;
            if (field.NamesNumbers && found.Kind is ValueKind.Number or ValueKind.Double
                && field.IsNamed(TextOf(plan, in found, payload), out value, out var isMissing))
            {
                if (isMissing) continue;
            }
            else if (found.Kind == ValueKind.Number)
            {
                if (!found.Number.TryToDouble(payload, found.Start, found.End, out value))
                {
                    BadValue(ref message, plan, field, BadReason.OutOfRangeNumber, in found);
                    continue;
                }

                if (field.IsTreated && !field.TryTreat(in found.Number, ref value))
                {
                    BadValue(ref message, plan, field, BadReason.OutsideRange, in found);
                    continue;
                }
            }
            else if ((field.IsTreated || !found.TryToDouble(payload, out value))
                && !TryOtherValue(ref message, plan, field, in found, out value))
                continue;

            var series = known[i];
            if (series < 0 && (series = Resolve(ref message, plan, route, known, i)) < 0)
            {
                Bad(ref message, BadReason.TooManySeries, field.Path, found.Start);
                continue;
            }

            if (message.Batch.IsFull) message.Receiver.Flush(message.Batch);
            message.Batch.Add(series, timeNs, value, quality);
            message.Readings++;
        }
    }

    /// <summary>The common case of <see cref="Emit"/>: a plain subscription, numbers that fit, a known series, room in the batch.</summary>
    /// <returns>False when it is another case; nothing was done then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool TryAppend(Route route, SubscriptionPlan plan, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch)
    {
        ref readonly var found = ref plan.Values[plan.FirstPlace];
        var series = _routes.FirstSeriesOf(route);
        if (series < 0 || batch.IsFull) return false;
        var timeNs = arrivalNs;
        if (plan.TimePlace >= 0)
        {
            ref readonly var time = ref plan.Values[plan.TimePlace];
            if (time.Kind != ValueKind.Number || !EpochTime.TryToNs(in time.Number, plan.TimeExponent, out timeNs)) return false;
            if (!IsNear(timeNs, arrivalNs) && !route.TimeHinted) return false;
        }

        if (!found.TryToDouble(payload, out var value)) return false;
        batch.Add(series, timeNs, value);
        return true;
    }

    /// <summary>As <see cref="TryAppend"/>, for several fields or a time as text.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool TryAppendFields(Route route, SubscriptionPlan plan, ReadOnlySpan<byte> payload, long arrivalNs, ReadingBatch batch)
    {
        var fields = plan.Fields;
        var values = plan.Values;
        var before = batch.Count;
        if (plan.IsUncommon || fields.Length > ReadingBatch.Capacity - before) return false;
        var timeNs = arrivalNs;
        if (plan.TimePlace >= 0)
        {
            ref readonly var time = ref values[plan.TimePlace];
            if (plan.TimeIsText)
            {
                if (time.Kind != ValueKind.String || time.HasEscapes || !IsoTime.TryParse(time.TextIn(payload), out timeNs)) return false;
            }
            else if (time.Kind != ValueKind.Number || !EpochTime.TryToNs(in time.Number, plan.TimeExponent, out timeNs)) return false;

            if (!IsNear(timeNs, arrivalNs) && !route.TimeHinted) return false;
        }

        var known = _routes.SeriesOf(route);
        for (var i = 0; i < fields.Length; i++)
        {
            ref readonly var found = ref values[fields[i].Place];
            if (known[i] >= 0 && found.TryToDouble(payload, out var value))
            {
                batch.Add(known[i], timeNs, value);
                continue;
            }

            batch.Count = before;
            return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool TryOtherValue(ref Message message, SubscriptionPlan plan, FieldPlan field, in PayloadValue found, out double value)
    {
        value = 0;
        var reason = BadReason.WrongType;
        switch (found.Kind)
        {
            case ValueKind.NotAsked:
                return false;
            case ValueKind.Absent or ValueKind.Null:
                if (found.Kind == ValueKind.Null && found.Start == found.End && field.TryState(default, out value)) return true;
                if (field.Optional || found.Kind == ValueKind.Null && found.End > found.Start && field.NamesNull) return false;
                reason = BadReason.NoField;
                break;
            case ValueKind.Double:
                value = found.Double;
                reason = !double.IsFinite(value) ? BadReason.NotFinite : field.TryTreat(ref value) ? BadReason.None
                    : BadReason.OutsideRange;
                if (reason == BadReason.None) return true;
                break;
            case ValueKind.True or ValueKind.False:
                if (!field.TryState(TextOf(plan, in found, message.Payload), out value)) value = found.Kind == ValueKind.True ? 1 : 0;
                return true;
            case ValueKind.String or ValueKind.OwnString:
                reason = field.TryText(TextOf(plan, in found, message.Payload), out value);
                if (reason == BadReason.None) return true;
                if (reason == BadReason.NotAsked) return false;
                break;
        }

        BadValue(ref message, plan, field, reason, in found);
        return false;
    }

    /// <summary>The route of the topic together with the label values in the payload; null when a label is missing.</summary>
    /// <remarks>Its key starts with 0, which no topic holds: 0 · number of the topic's route i32 · for
    /// each label length i32 and text.</remarks>
    Route? LabelledRoute(ref Message message, SubscriptionPlan plan)
    {
        var length = 5;
        var payload = message.Payload;
        BinaryPrimitives.WriteInt32LittleEndian(_labelKey.AsSpan(1), message.Route.Number);
        for (var i = 0; i < plan.Labels.Length; i++)
        {
            ref readonly var label = ref plan.Values[plan.Labels[i].Place];
            if (label.Kind is ValueKind.Absent or ValueKind.Null or ValueKind.NotAsked && plan.Labels[i].Optional)
            {
                if (_labelKey.Length < length + 4) Array.Resize(ref _labelKey, 2 * (length + 4));
                BinaryPrimitives.WriteInt32LittleEndian(_labelKey.AsSpan(length), -1);
                length += 4;
                continue;
            }

            if (label.Kind is ValueKind.Absent or ValueKind.Null or ValueKind.NotAsked or ValueKind.Object or ValueKind.Array)
            {
                Bad(ref message, label.Kind is ValueKind.Object or ValueKind.Array ? BadReason.WrongType : BadReason.NoField,
                    plan.Labels[i].Path, label.Start);
                return null;
            }

            var text = label is { Kind: ValueKind.String, HasEscapes: false } ? payload[label.Start..label.End]
                : TextOf(plan, in label, payload);
            if (text.Length > _series.MaxLabelBytes)
            {
                Bad(ref message, BadReason.LabelTooLong, plan.Labels[i].Name, text.Length);
                return null;
            }

            if (_labelKey.Length < length + 4 + text.Length) Array.Resize(ref _labelKey, 2 * (length + 4 + text.Length));
            BinaryPrimitives.WriteInt32LittleEndian(_labelKey.AsSpan(length), text.Length);
            text.CopyTo(_labelKey.AsSpan(length + 4));
            length += 4 + text.Length;
        }

        var key = _labelKey.AsSpan(0, length);
        var route = message.Route.Labelled;
        if (route is null || !_routes.IsKeyOf(route, key))
        {
            route = _routes.Find(key);
            if (route is null && (route = AddLabelled(ref message, key, plan)) is null) return null;
            message.Route.Labelled = route;
        }

        route.SeenTick = _series.Tick;
        return route;
    }

    /// <summary>A new route; null when a label is not UTF-8, which the payload as a whole need not be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    Route? AddLabelled(ref Message message, ReadOnlySpan<byte> key, SubscriptionPlan plan)
    {
        foreach (var label in plan.Labels)
        {
            ref readonly var found = ref plan.Values[label.Place];
            if (found.Kind != ValueKind.String || System.Text.Unicode.Utf8.IsValid(TextOf(plan, in found, message.Payload))) continue;
            Bad(ref message, BadReason.BadUtf8, label.Path, found.Start);
            return null;
        }

        return AddRoute(key, plan);
    }

    /// <summary>The series of a field that has none yet. A refused one is asked for again only after the table forgot some.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    int Resolve(ref Message message, SubscriptionPlan plan, Route route, Span<int> known, int field)
    {
        var generation = _series.Generation;
        if (route.RefusedGeneration != generation)
        {
            route.RefusedGeneration = generation;
            known.Replace(Route.Refused, Route.Unresolved);
        }

        if (known[field] == Route.Refused) return Route.Refused;
        var labels = new List<KeyValuePair<string, string>>(plan.Labels.Length);
        foreach (var label in plan.Labels)
        {
            ref readonly var found = ref plan.Values[label.Place];
            if (found.Kind is ValueKind.Absent or ValueKind.Null or ValueKind.NotAsked)
            {
                if (label.Default is { } otherwise) labels.Add(new(label.Name, otherwise));
                continue;
            }

            var text = TextOf(plan, in found, message.Payload);
            if (label.IsSet) plan.Reader.AddLabels(text, labels);
            else labels.Add(new(label.Name, Encoding.UTF8.GetString(text)));
        }

        return known[field] = _series.Intern(plan.LabelsOf(field, message.Topic, labels));
    }

    /// <summary>A value's text as it is meant; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    ReadOnlySpan<byte> TextOf(SubscriptionPlan plan, in PayloadValue value, ReadOnlySpan<byte> payload)
    {
        if (value.Kind == ValueKind.OwnString) return plan.Reader.OwnText[value.Start..value.End];
        if (value.End == 0 && value.Kind is ValueKind.Number or ValueKind.Double) return NumberAsText(in value);
        if (value.End == 0 && value.Kind is ValueKind.True or ValueKind.False) return value.Kind == ValueKind.True ? "true"u8 : "false"u8;
        var text = value.TextIn(payload);
        if (!value.HasEscapes) return text;
        if (_scratch.Length < text.Length) _scratch = new byte[2 * text.Length];
        return _scratch.AsSpan(0, plan.Reader.Unescape(text, _scratch));
    }

    /// <summary>A number that is no text, as a label.</summary>
    ReadOnlySpan<byte> NumberAsText(in PayloadValue value)
    {
        var length = 0;
        if (value.Kind == ValueKind.Double)
            value.Double.TryFormat(_scratch, out length, "R", System.Globalization.CultureInfo.InvariantCulture);
        else
        {
            if (value.Number.IsNegative) _scratch[length++] = (byte)'-';
            value.Number.Mantissa.TryFormat(_scratch.AsSpan(length), out var digits, default,
                System.Globalization.CultureInfo.InvariantCulture);
            length += digits;
        }

        return _scratch.AsSpan(0, length);
    }
}
