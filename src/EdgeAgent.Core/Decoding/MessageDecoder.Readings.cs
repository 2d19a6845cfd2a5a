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

            if (!IsNear(timeNs, message.ArrivalNs) && !message.Route.TimeHinted) Hint(ref message, plan, in time);
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
            if (found.Kind == ValueKind.Number)
            {
                if (!found.Number.TryToDouble(payload, found.Start, found.End, out value))
                {
                    Bad(ref message, BadReason.OutOfRangeNumber, field.Path, found.Start);
                    continue;
                }
            }
            else if (!TryOtherValue(ref message, plan, field, in found, out value)) continue;

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
        if (found.Kind != ValueKind.Number || series < 0 || batch.IsFull) return false;
        var timeNs = arrivalNs;
        if (plan.TimePlace >= 0)
        {
            ref readonly var time = ref plan.Values[plan.TimePlace];
            if (time.Kind != ValueKind.Number || !EpochTime.TryToNs(in time.Number, plan.TimeExponent, out timeNs)) return false;
            if (!IsNear(timeNs, arrivalNs) && !route.TimeHinted) return false;
        }

        if (!found.Number.TryToDouble(payload, found.Start, found.End, out var value)) return false;
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
        if (plan.Labels.Length > 0 || fields.Length > ReadingBatch.Capacity - before) return false;
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
            if (found.Kind == ValueKind.Number && known[i] >= 0 && found.Number.TryToDouble(payload, found.Start, found.End, out var value))
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
            case ValueKind.Absent or ValueKind.Null:
                if (field.Optional) return false;
                reason = BadReason.NoField;
                break;
            case ValueKind.Double:
                value = found.Double;
                if (double.IsFinite(value)) return true;
                reason = BadReason.NotFinite;
                break;
            case ValueKind.True or ValueKind.False:
                if (!field.TryState(found.TextIn(message.Payload), out value)) value = found.Kind == ValueKind.True ? 1 : 0;
                return true;
            case ValueKind.String:
                var text = TextOf(plan, in found, message.Payload);
                if (field.TryState(text, out value)) return true;
                if (CellText.IsNotFinite(text)) reason = BadReason.NotFinite;
                break;
        }

        Bad(ref message, reason, field.Path, found.Start);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool TryOtherTime(ref Message message, SubscriptionPlan plan, in PayloadValue time, out long timeNs, out byte quality)
    {
        quality = Quality.Good;
        timeNs = message.ArrivalNs;
        if (time.Kind == ValueKind.Instant)
        {
            timeNs = time.InstantNs;
            return true;
        }

        if (time.Kind == ValueKind.String && plan.TimeIsText && IsoTime.TryParse(TextOf(plan, in time, message.Payload), out timeNs))
            return true;
        var missing = time.Kind is ValueKind.Absent or ValueKind.Null;
        if (!missing && !message.Route.TimeHinted) Hint(ref message, plan, in time);
        if (plan.Time!.OnMissing == MissingTimePolicy.Arrival)
        {
            timeNs = message.ArrivalNs;
            quality = Quality.TimeReplaced;
            Volatile.Write(ref _timesReplaced, _timesReplaced + 1);
            return true;
        }

        Bad(ref message, missing ? BadReason.MissingTime : BadReason.BadTime, plan.Time!.Path, time.Start);
        return false;
    }

    /// <summary>Looks for a unit that puts the time near arrival. At most once a topic; an instant has no unit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Hint(ref Message message, SubscriptionPlan plan, in PayloadValue time)
    {
        if (time.Kind == ValueKind.Instant) return;
        message.Route.TimeHinted = true;
        if (_hints.Count >= MaxHints) return;
        TimeUnit? suggested = null;
        if (time.Kind == ValueKind.Number)
        {
            foreach (var unit in (ReadOnlySpan<TimeUnit>)[TimeUnit.Seconds, TimeUnit.Milliseconds, TimeUnit.Microseconds,
                TimeUnit.Nanoseconds])
                if (EpochTime.TryToNs(in time.Number, EpochTime.NsExponent(unit), out var ns) && IsNear(ns, message.ArrivalNs))
                    suggested = unit;
        }
        else if (time.Kind == ValueKind.String && IsoTime.TryParse(TextOf(plan, in time, message.Payload), out var ns)
            && IsNear(ns, message.ArrivalNs))
            suggested = TimeUnit.Iso8601;

        if (suggested == plan.Time!.Unit) suggested = null;
        var seen = time.TextIn(message.Payload);
        _hints.Enqueue(new(Encoding.UTF8.GetString(message.Topic[..Math.Min(256, message.Topic.Length)]), plan.Time!.Path,
            Encoding.UTF8.GetString(seen[..Math.Min(40, seen.Length)]),
            plan.Time!.Unit, suggested));
    }

    static bool IsNear(long timeNs, long arrivalNs) => (ulong)(timeNs - Math.Max(arrivalNs, EarliestNowNs)) + TenYearsNs <= 2 * TenYearsNs;

    /// <summary>The route of the topic together with the label values in the payload; null when a label is missing.</summary>
    /// <remarks>Its key starts with 0, which no topic holds: 0 · number of the topic's route i32 · for
    /// each label length i32 and text.</remarks>
    Route? LabelledRoute(ref Message message, SubscriptionPlan plan)
    {
        var length = 5;
        BinaryPrimitives.WriteInt32LittleEndian(_labelKey.AsSpan(1), message.Route.Number);
        for (var i = 0; i < plan.Labels.Length; i++)
        {
            ref readonly var label = ref plan.Values[plan.Labels[i].Place];
            if (label.Kind is ValueKind.Absent or ValueKind.Null or ValueKind.Object or ValueKind.Array)
            {
                Bad(ref message, label.Kind is ValueKind.Absent or ValueKind.Null ? BadReason.NoField : BadReason.WrongType,
                    plan.Labels[i].Path, label.Start);
                return null;
            }

            var text = TextOf(plan, in label, message.Payload);
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
        var route = _routes.Find(key) ?? AddRoute(key, plan);
        route.SeenTick = _series.Tick;
        return route;
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
        var labels = new string[plan.Labels.Length];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = Encoding.UTF8.GetString(TextOf(plan, in plan.Values[plan.Labels[i].Place], message.Payload));
        return known[field] = _series.Intern(plan.LabelsOf(field, message.Topic, labels));
    }

    /// <summary>A value's text as it is meant; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    ReadOnlySpan<byte> TextOf(SubscriptionPlan plan, in PayloadValue value, ReadOnlySpan<byte> payload)
    {
        var text = value.TextIn(payload);
        if (!value.HasEscapes) return text;
        if (_scratch.Length < text.Length) _scratch = new byte[2 * text.Length];
        return _scratch.AsSpan(0, plan.Reader.Unescape(text, _scratch));
    }
}
