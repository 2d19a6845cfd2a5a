using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Formats;

/// <summary>Times as text in the forms, and without an offset in the zone, that a configuration names.</summary>
/// <remarks>A time of day alone is on the day that brings it nearest to arrival.</remarks>
public sealed class TimeText
{
    const long DaySeconds = 86_400;

    /// <summary>What is read as ISO 8601 beside what <see cref="IsoTime"/> takes: the compact form, and hour 24.</summary>
    static readonly string[] IsoForms = ["yyyy-MM-ddTHH:mm:ssfz", "yyyy-MM-dd HH:mm:ssfz", "yyyyMMddTHHmmssfz", "yyyyMMddTHHmmz",
        "yyyyMMdd"];

    static readonly string[] HttpForms = ["ddd, dd MMM yyyy HH:mm:ss z", "ddd, d MMM yyyy HH:mm:ss z", "d MMM yyyy HH:mm:ss z"];

    readonly TimeFormat[] _forms;
    readonly ZoneRules? _zone;
    readonly bool _isIso;

    /// <summary>The forms of checked settings.</summary>
    public TimeText(TimeSettings settings)
    {
        _zone = settings.Zone;
        _isIso = settings.Formats.Count == 0 && settings.Unit != TimeUnit.Rfc1123;
        var forms = settings.Formats.Count > 0 ? settings.Formats : _isIso ? IsoForms : HttpForms;
        _forms = [.. forms.Select(f => TimeFormat.TryParse(f, out var error) ?? throw new ArgumentException($"{f}: {error}"))];
    }

    /// <summary>Reads a whole text as nanoseconds since the Unix epoch.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, long arrivalNs, out long timeNs)
    {
        text = text.Trim(" \t"u8);
        if (_isIso && _zone is null && IsoTime.TryParse(text, out timeNs)) return true;
        timeNs = 0;
        if (_isIso && _zone is not null && IsoTime.TryParse(text, out timeNs))
            return IsoTime.HasOffset(text) || TryLocal(timeNs, out timeNs);
        foreach (var form in _forms)
        {
            if (!form.TryRead(text, out var seconds, out var fractionNs, out var offset)) continue;
            if (!form.HasDate) seconds = NearestDay(seconds, offset, arrivalNs);
            else seconds = offset is { } east ? seconds - east : _zone?.ToUtc(seconds) ?? seconds;
            if (Math.Abs(seconds) >= 9_223_372_036) return false;
            timeNs = seconds * 1_000_000_000 + fractionNs;
            return true;
        }

        return false;
    }

    bool TryLocal(long localNs, out long timeNs)
    {
        var seconds = Math.DivRem(localNs, 1_000_000_000, out var fractionNs);
        var utc = _zone!.ToUtc(seconds);
        timeNs = utc * 1_000_000_000 + fractionNs;
        return Math.Abs(utc) < 9_223_372_035;
    }

    long NearestDay(long secondOfDay, int? offset, long arrivalNs)
    {
        var arrival = arrivalNs / 1_000_000_000;
        var east = offset ?? _zone?.OffsetAt(arrival) ?? 0;
        var day = Math.DivRem(arrival + east, DaySeconds, out var rest) * DaySeconds;
        if (secondOfDay - rest > DaySeconds / 2) day -= DaySeconds;
        else if (rest - secondOfDay > DaySeconds / 2) day += DaySeconds;
        return offset is { } known ? day + secondOfDay - known : _zone?.ToUtc(day + secondOfDay) ?? day + secondOfDay;
    }
}
