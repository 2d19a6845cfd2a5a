using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Decoding;

/// <content>Times that are no plain numbers: texts, forms, zones, spacing, clocks that were never set; and hints on wrong units.</content>
public sealed partial class MessageDecoder
{
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

        if (TryTimeValue(ref message, plan, in time, out timeNs)) return true;
        var missing = time.Kind is ValueKind.Absent or ValueKind.Null or ValueKind.NotAsked;
        var noDate = !missing && plan.DatePlace >= 0 && plan.Values[plan.DatePlace].Kind is ValueKind.Absent or ValueKind.Null;
        if (!missing && !noDate && !message.Route.TimeHinted) Hint(ref message, plan, in time, isRead: false);
        var unusable = new UnusableTime(noDate ? plan.Time!.Date! : plan.Time!.Path, missing || noDate, time.Start);
        return TryReplaceTime(ref message, plan, unusable, out timeNs, out quality);
    }

    /// <summary>Arrival time for one that is missing, or false with its reason, as the policy has it.</summary>
    bool TryReplaceTime(ref Message message, SubscriptionPlan plan, in UnusableTime time, out long timeNs, out byte quality)
    {
        quality = Quality.Good;
        timeNs = message.ArrivalNs;
        if (plan.Time!.OnMissing == MissingTimePolicy.Arrival)
        {
            timeNs = message.ArrivalNs;
            quality = Quality.TimeReplaced;
            Volatile.Write(ref _timesReplaced, _timesReplaced + 1);
            return true;
        }

        Bad(ref message, time.IsMissing ? BadReason.MissingTime : BadReason.BadTime, time.Path, time.At);
        return false;
    }

    static bool IsTooOld(ref Message message, SubscriptionPlan plan, long timeNs) =>
        Math.Max(message.ArrivalNs, EarliestNowNs) - plan.MaxPastNs > timeNs;

    /// <summary>The date and the time of day as one text, with a blank between them.</summary>
    ReadOnlySpan<byte> WithDate(ReadOnlySpan<byte> payload, SubscriptionPlan plan, scoped ReadOnlySpan<byte> time)
    {
        ref readonly var found = ref plan.Values[plan.DatePlace];
        if (found.Kind is ValueKind.Absent or ValueKind.Null or ValueKind.Object or ValueKind.Array) return default;
        if (_dateTime.Length < time.Length + 1) _dateTime = new byte[2 * time.Length + 64];
        var kept = time.Length;
        time.CopyTo(_dateTime);
        var date = TextOf(plan, in found, payload);
        if (_dateTime.Length < date.Length + 1 + kept) Array.Resize(ref _dateTime, 2 * (date.Length + 1 + kept));
        _dateTime.AsSpan(0, kept).CopyTo(_dateTime.AsSpan(date.Length + 1));
        date.CopyTo(_dateTime);
        _dateTime[date.Length] = (byte)' ';
        return _dateTime.AsSpan(0, date.Length + 1 + kept);
    }

    bool TryTimeValue(ref Message message, SubscriptionPlan plan, in PayloadValue time, out long timeNs)
    {
        timeNs = 0;
        if (time.Kind == ValueKind.Double) return !plan.TimeIsText && EpochTime.TryToNs(time.Double, plan.TimeExponent, out timeNs);
        var isForm = time.Kind == ValueKind.Number && time.End > 0 && plan.Time!.Unit == TimeUnit.Formatted;
        if (!isForm && time.Kind is not (ValueKind.String or ValueKind.OwnString)) return false;
        var text = TextOf(plan, in time, message.Payload);
        if (plan.TimeText is { } form)
            return form.TryRead(plan.DatePlace < 0 ? text : WithDate(message.Payload, plan, text), message.ArrivalNs, out timeNs);
        text = text.Trim(" \t"u8);
        return !text.IsEmpty && DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(text), 0, text.Length,
            out var number) == text.Length && EpochTime.TryToNs(in number, plan.TimeExponent, out timeNs);
    }

    /// <summary>Moves the time of a sample by its place among those of its message; false when the rate cannot be read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool TrySpace(ref Message message, SubscriptionPlan plan, ref long timeNs)
    {
        var index = message.SampleIndex;
        if (plan.RatePlace < 0)
        {
            timeNs += index * plan.SpacingNs;
            return true;
        }

        ref readonly var found = ref plan.Values[plan.RatePlace];
        var rate = found.Kind == ValueKind.Double ? found.Double
            : found.Kind == ValueKind.Number && found.Number.TryToDouble(message.Payload, found.Start, found.End, out var number) ? number
                : 0;
        if (rate is > 0 and < 1e9)
        {
            timeNs += (long)Math.Round(index * (1e9 / rate));
            return true;
        }

        Bad(ref message, found.Kind is ValueKind.Absent or ValueKind.Null ? BadReason.MissingTime : BadReason.BadTime, plan.Time!.Rate,
            BadTally.OfRate);
        return false;
    }

    /// <summary>Looks for a unit that puts the time near arrival. At most once a topic; an instant has no unit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Hint(ref Message message, SubscriptionPlan plan, in PayloadValue time, bool isRead)
    {
        if (time.Kind == ValueKind.Instant) return;
        message.Route.TimeHinted = true;
        if (_hints.Count >= MaxHints) return;
        TimeUnit? suggested = null;
        var text = time.Kind is ValueKind.String or ValueKind.OwnString ? TextOf(plan, in time, message.Payload).Trim(" \t"u8) : default;
        var number = time.Number;
        if (time.Kind == ValueKind.Number || !text.IsEmpty
            && DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(text), 0, text.Length, out number) == text.Length)
        {
            foreach (var unit in (ReadOnlySpan<TimeUnit>)[TimeUnit.Seconds, TimeUnit.Milliseconds, TimeUnit.Microseconds,
                TimeUnit.Nanoseconds])
                if (EpochTime.TryToNs(in number, EpochTime.NsExponent(unit), out var ns) && IsNear(ns, message.ArrivalNs))
                    suggested = unit;
        }
        else if (!text.IsEmpty && IsoTime.TryParse(text, out var ns) && IsNear(ns, message.ArrivalNs)) suggested = TimeUnit.Iso8601;

        if (suggested == plan.Time!.Unit || isRead && suggested == TimeUnit.Iso8601) suggested = null;
        var seen = time.Kind is ValueKind.String or ValueKind.OwnString ? text : time.TextIn(message.Payload);
        if (plan.DatePlace >= 0 && !isRead) seen = WithDate(message.Payload, plan, seen);
        _hints.Enqueue(new(Encoding.UTF8.GetString(message.Topic[..Math.Min(256, message.Topic.Length)]), plan.Time!.Path,
            Encoding.UTF8.GetString(seen[..Math.Min(40, seen.Length)]),
            plan.Time!.Unit, suggested) { IsRead = isRead, UnitKey = plan.TimeUnitKey });
    }

    static bool IsNear(long timeNs, long arrivalNs) => (ulong)(timeNs - Math.Max(arrivalNs, EarliestNowNs)) + TenYearsNs <= 2 * TenYearsNs;

    /// <summary>A time that cannot be had: its path, whether there is none at all, and where in the payload.</summary>
    readonly record struct UnusableTime(string Path, bool IsMissing, int At);
}
