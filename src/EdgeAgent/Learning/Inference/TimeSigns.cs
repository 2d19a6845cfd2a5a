using System.Globalization;
using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Learning.Inference;

/// <summary>Tells from values and their arrival whether a field is the event time, and in which unit. Guesses no zone and no order of
/// day and month.</summary>
sealed class TimeSigns
{
    const double NearSeconds = 86_400;
    const double SameSeconds = 120;
    static readonly (string Unit, double Seconds)[] Units = [("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)];
    static readonly double Earliest = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    static readonly double Latest = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    readonly Dictionary<string, int> _units = [];
    readonly List<double> _ahead = []; // event time minus arrival [s], of what was sent just now
    int _values;
    int _zoneless;
    int _near;
    int _unset;

    /// <summary>A text that is a time but not one that can be read, or null.</summary>
    public string? Unreadable { get; private set; }

    /// <summary>Whether some stand near 1970, as those of a clock that was not set.</summary>
    public bool HasUnset => _unset > 0;

    /// <summary>Whether enough values are times in one unit.</summary>
    public bool IsTime => Unit is { } unit && _units[unit] * 2 > _values - _unset;

    /// <summary>Whether most values are near their arrival, which no other number is by chance.</summary>
    public bool IsNear => IsTime && _near * 2 >= _values;

    /// <summary>The unit of most values, or the form of texts.</summary>
    public string? Unit => _units.Count == 0 ? null : _units.MaxBy(unit => unit.Value).Key;

    /// <summary>Why a text without zone cannot be taken for UTC, or null when it can.</summary>
    public string? LocalTime
    {
        get
        {
            if (_zoneless == 0 || _ahead.Count > 0 && _ahead.All(ahead => Math.Abs(ahead) <= SameSeconds)) return null;
            var usual = _ahead.Count == 0 ? double.NaN : _ahead.Order().ElementAt(_ahead.Count / 2);
            var quarters = Math.Round(usual / 900);
            return quarters != 0 && Math.Abs(usual - quarters * 900) <= SameSeconds && Math.Abs(quarters) <= 56
                ? $"it has no zone and stands {SpanText.About(TimeSpan.FromSeconds(quarters * 900))} "
                    + $"{(quarters > 0 ? "ahead of" : "behind")} the arrival: local time of the device, as it seems; "
                    + "`time_zone` with the zone of its place reads it"
                : "it has no zone, and the arrival does not tell which is meant";
        }
    }

    /// <summary>What spoke for it, and what did not.</summary>
    public string Why
    {
        get
        {
            var words = new StringBuilder();
            if (_ahead.Count > 0)
            {
                var usual = _ahead.Order().ElementAt(_ahead.Count / 2);
                words.Append(Math.Abs(usual) < 0.0005 ? "as the arrival"
                    : $"{SpanText.About(TimeSpan.FromSeconds(usual))} {(usual > 0 ? "ahead of" : "before")} the arrival");
            }
            else words.Append("a plausible date");
            if (_zoneless > 0) words.Append("; without a zone, read as UTC");
            if (_units.Count > 1) words.Append("; some values are in another unit: ").Append(string.Join(", ", _units.Keys));
            if (_unset > 0)
                words.Append(CultureInfo.InvariantCulture, $"; {_unset} of {_values} stand near 1970: a clock that was not set");
            return words.ToString();
        }
    }

    /// <summary>Takes a number.</summary>
    public void Add(double number, long atNs, bool isRetained)
    {
        _values++;
        foreach (var (unit, seconds) in Units)
        {
            if (number * seconds < Earliest || number * seconds > Latest) continue;
            Count(unit, number * seconds - atNs / 1e9, isRetained);
            return;
        }

        if (number is >= 0 and < 1e8) _unset++;
    }

    /// <summary>Takes a text.</summary>
    public void Add(string text, long atNs, bool isRetained)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && Units.Any(unit => number * unit.Seconds >= Earliest && number * unit.Seconds <= Latest))
        {
            Add(number, atNs, isRetained);
            return;
        }

        _values++;
        if (text.Length is < 8 or > 40 || text.Count(char.IsAsciiDigit) < 8 || text.IndexOfAny([':', '-', '/', '.', 'T']) < 0) return;
        if (TimeForms.Find(Encoding.UTF8.GetBytes(text), atNs, out var timeNs) is not { } form)
        {
            Unreadable ??= text;
            return;
        }

        if (timeNs / 1e9 < Earliest)
        {
            _unset++;
            return;
        }

        if (!HasZone(text)) _zoneless++;
        Count(form, (timeNs - atNs) / 1e9, isRetained);
    }

    void Count(string unit, double ahead, bool isRetained)
    {
        _units[unit] = _units.GetValueOrDefault(unit) + 1;
        if (isRetained) return;
        if (Math.Abs(ahead) > NearSeconds) return;
        _near++;
        _ahead.Add(ahead);
    }

    static bool HasZone(string text)
    {
        var time = text.AsSpan(Math.Max(0, text.IndexOf(':')));
        return time.IndexOfAny("Zz+-") >= 0 || text.EndsWith("GMT", StringComparison.Ordinal)
            || text.EndsWith("UTC", StringComparison.Ordinal);
    }
}
